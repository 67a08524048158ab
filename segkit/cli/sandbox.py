"""`segkit sandbox`: the vendors' double on 127.0.0.1."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Literal

import typer

from segkit.sandbox.app import Sandbox

if TYPE_CHECKING:
    import pathlib


def run(
    port: int, state: pathlib.Path | None, error_shape: Literal["2.1", "2.2"], legacy: Literal["convert", "refuse"] = "convert"
) -> None:
    """Serve until Ctrl-C."""
    double = Sandbox(state_path=str(state) if state else ":memory:", error_shape=error_shape, legacy=legacy)
    with double.serve(port) as server:
        base = f"{server.url}/suppliers/v2"
        typer.echo(f"PureSpectrum Segmentation: {base}", err=True)
        typer.echo(f"PureSpectrum Buy API: {server.url}/buyers/v2 (header access-token)", err=True)
        typer.echo(f"CIOPulse Segments: {server.url}/api/v5 (Basic)", err=True)
        typer.echo(f"Instaleap customer segments: {server.url}/api/v3 (Bearer)", err=True)
        typer.echo(f"Infinity Config API: {server.url}/config/v2 (Basic, YOUR_USERNAME:YOUR_PASSWORD)", err=True)
        typer.echo("The others accept the credentials that their documents print. What no document says is labelled.", err=True)
        typer.echo(
            f"curl -H 'x-access-token: YOUR_SUPPLIER_TOKEN_HERE' "
            f"'{base}/segmentation/qualifications?locale=en_IN&qualIds=4209,3910'"
        )
        typer.echo(
            f"curl -X POST -H 'access-token: YOUR_SUPPLIER_TOKEN_HERE' --data @survey.json '{server.url}/buyers/v2/surveys'"
        )
        typer.echo(f"curl -u ABC123:SMzYECYJYLpNw8PrfX8EtPO2tcP0XaKJvZ4FW5VL '{server.url}/api/v5/segments'")
        typer.echo(
            f"curl -X POST -H 'authorization: Bearer some_token' --data @customers.json '{server.url}/api/v3/customers/segments'"
        )
        typer.echo(f"curl -u YOUR_USERNAME:YOUR_PASSWORD '{server.url}/config/v2/igrps/1/segments'")
        typer.echo("Ctrl-C ends it.", err=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            typer.echo("ended", err=True)
