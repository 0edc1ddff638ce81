"""Names, addresses and lists of persons: pure functions."""

from dreiklang.organizations.rules.addresses import (
    ascii_domain,
    domain_of,
    domains_above,
    folded_mail,
    is_domain,
    is_mail,
    phone_digits,
)
from dreiklang.organizations.rules.names import (
    folded,
    key_of,
    name_from_mail,
    person_sort_key,
    plain_letters,
    search_words,
    sort_key,
    tidy,
)
from dreiklang.organizations.rules.person_lists import BadList, ListedPerson, read_list

__all__ = [
    "BadList",
    "ListedPerson",
    "ascii_domain",
    "domain_of",
    "domains_above",
    "folded",
    "folded_mail",
    "is_domain",
    "is_mail",
    "key_of",
    "name_from_mail",
    "person_sort_key",
    "phone_digits",
    "plain_letters",
    "read_list",
    "search_words",
    "sort_key",
    "tidy",
]
