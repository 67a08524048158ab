"""How the double of CIOPulse refuses: the documented form, and the words of the documented list of codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from segkit.sandbox.exchange import LABEL, OWN_WORDING, Refusal, reply

if TYPE_CHECKING:
    from segkit.provenance import Provenance

WORDS = {
    400: "Field value invalid or missing or JSON is malformed.",
    404: "A Segment with this System ID was not found.",
    422: "Another Segment already has this Segment Code.",
    500: "Transaction failed. Contact CIOPulse support for assistance.",
}
"""What the list of codes says of each; that the message of an error says the same is our choice."""

CREDENTIALS = "Invalid security credentials"
"""The one message that is printed."""

_DERIVED = "status and form are documented; that the message is the text of the list of codes is our choice"
_SYNTHETIC = "the form is documented; that this is refused, and with which status, is not"


def failure(message: str, status: int) -> dict[str, Any]:
    """Return the printed form of an error."""
    return {"message": message, "status": status}


def refuse(status: int, why: str = "", *, documented: bool = True) -> NoReturn:
    """Refuse with the words of the list of codes, and ours behind them.

    Parameters
    ----------
    documented
        Whether the page says that this is refused with this status.
    """
    word: Provenance = "derived" if documented else "synthetic"
    message = f"{WORDS[status]} {OWN_WORDING}{why}" if why else WORDS[status]
    note = _DERIVED if documented else _SYNTHETIC
    raise Refusal(reply({**failure(message, status), LABEL: word}, word, note, status=status))


def refuse_credentials() -> NoReturn:
    """Refuse a portal code or a key, as printed."""
    raise Refusal(reply(failure(CREDENTIALS, 401), "documented", status=401))


def refuse_address() -> NoReturn:
    """Refuse an address that is not on the account's list."""
    note = "that only listed addresses are let in is documented; status and message of the others are not"
    raise Refusal(reply({**failure(CREDENTIALS, 401), LABEL: "synthetic"}, "synthetic", note, status=401))
