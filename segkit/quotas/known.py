"""The survey documents that the vendor's page on child age and gender prints."""

from __future__ import annotations

from segkit.places import shipped
from segkit.quotas.survey import SurveyDocument, read_surveys

FOLDER = "vendors/purespectrum_child_age_gender"
FILES = ("create_survey_scenarios.txt", "create_survey_response.json", "request_218.txt", "response_218.json")


def known_surveys() -> list[SurveyDocument]:
    """Read the ten documents as they are printed: seven scenarios, a reply, a legacy request and its reply.

    `data/README.md` names the page. The printed mistakes are in them: `lint` finds them.

    Examples
    --------
    >>> known_surveys()[4].heading
    ('Scenario-5: 1000 completes with Kids, 400 boys 600 girls',)
    """
    folder = shipped("data") / FOLDER
    return [survey for name in FILES for survey in read_surveys(folder / name)]
