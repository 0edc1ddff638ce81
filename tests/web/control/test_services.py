"""Services in control: made, changed, read from a list; closed to everybody else."""

from __future__ import annotations

import re
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.cast import Cast

from dreiklang.assets.models import ConfigurationItem


def browser(cast: Cast, name: str) -> Client:
    client = Client()
    client.force_login(cast.persons[name].account)
    return client


def test_a_service_is_made_and_changed(cast: Cast) -> None:
    ada, clinic = browser(cast, "ada"), cast.organizations["clinic"].pk
    typed = {"name": "KIS", "criticality": "1", "hourly_cost": "2.400,00", f"people-{clinic}": "400", "note": ""}
    assert ada.get(reverse("control:services")).status_code == 200
    assert ada.post(reverse("control:new_service"), typed).status_code == 302
    kis = ConfigurationItem.objects.get()
    assert (kis.hourly_cost, kis.uses.get().people) == (Decimal(2400), 400)
    page = reverse("control:service", args=[kis.pk])
    wrong = ada.post(page, {**typed, "version": kis.version, "hourly_cost": "teuer"})
    assert wrong.status_code == 422
    assert 'value="teuer"' in wrong.content.decode()
    assert ada.post(page, {**typed, "version": kis.version, f"people-{clinic}": ""}).status_code == 302
    assert not kis.uses.exists()
    assert ada.post(reverse("control:service_activity", args=[kis.pk]), {"to": "inactive"}).status_code == 302
    assert "KIS" in ada.get(reverse("control:services")).content.decode()


def test_a_list_is_shown_before_it_is_read(cast: Cast) -> None:
    ada = browser(cast, "ada")
    file = SimpleUploadedFile("s.csv", b"name;criticality;customer;people\nMail;2;clinic;70\nFax;9;;\n")
    shown = ada.post(reverse("control:services_import"), {"file": file}).content.decode()
    assert not ConfigurationItem.objects.exists()
    ticket = re.search(r'name="ticket" value="([^"]+)"', shown)
    assert ticket
    done = ada.post(reverse("control:services_import_confirmation"), {"ticket": ticket[1]})
    assert done.status_code == 200
    assert ConfigurationItem.objects.get().name == "Mail"
    assert ada.post(reverse("control:services_import_confirmation"), {"ticket": "x"}).status_code == 302


def test_p27_services_are_closed_to_others(cast: Cast) -> None:
    for name in ("alan", "max", "rita", "zoe", "eve"):
        assert browser(cast, name).get(reverse("control:services")).status_code == 403
