"""How the double of the Buy API refuses: the vendor's form, and what of it is documented."""

from __future__ import annotations

from typing import Any, NoReturn

from segkit.sandbox.exchange import LABEL, OWN_WORDING, Refusal, reply

UNKNOWN_ERROR = 9999
QLC_NEEDS_QUOTAS = 1014
QLC_MESSAGE = (
    "QLC can only be turned on if there are quotas. Please set QLC to false, or add quotas in order to launch this survey."
)


def failure(message: str, code: int = UNKNOWN_ERROR) -> dict[str, Any]:
    """Return the general error format of the Buy API."""
    return {"ps_api_response_code": code, "ps_api_response_message": message}


def refuse(message: str, *, status: int = 400) -> NoReturn:
    """Refuse in our own words, labelled: the table of the vendor's codes is not public."""
    body = {**failure(f"{OWN_WORDING}{message}"), LABEL: "synthetic"}
    note = "the form is the vendor's; when it refuses, with which code and words, is not documented"
    raise Refusal(reply(body, "synthetic", note, status=status))


def refuse_token() -> NoReturn:
    """Refuse a token: the text of a 401 stands in `msg`."""
    body = {"msg": f"{OWN_WORDING}Missing or invalid access-token.", LABEL: "derived"}
    note = "that the text of a 401 is in msg is told by another party's client; the words are ours"
    raise Refusal(reply(body, "derived", note, status=401))


def refuse_qlc() -> NoReturn:
    """Refuse quota level completes without quotas, in the vendor's words."""
    note = "code and message are documented; the status follows from the form, which is that of a 4xx"
    raise Refusal(reply(failure(QLC_MESSAGE, QLC_NEEDS_QUOTAS), "derived", note, status=400))
