"""Reads about organisations and persons that have a name."""

from dreiklang.organizations.queries.import_plan import ImportPlan, PlannedLine, import_plan
from dreiklang.organizations.queries.people import (
    first_mail,
    found_persons,
    organization,
    organization_of_sender,
    person,
    person_of_account,
    person_of_mail,
    persons_of_phone,
)
from dreiklang.organizations.queries.used import is_spoken_of

__all__ = [
    "ImportPlan",
    "PlannedLine",
    "first_mail",
    "found_persons",
    "import_plan",
    "is_spoken_of",
    "organization",
    "organization_of_sender",
    "person",
    "person_of_account",
    "person_of_mail",
    "persons_of_phone",
]
