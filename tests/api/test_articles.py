"""Articles through the API."""

from __future__ import annotations

from tests.api.conftest import Call
from tests.cast import Cast

from dreiklang.knowledge.models import Edition


def test_written_published_found_and_read_by_those_who_may(call: Call, cast: Cast) -> None:
    body = {"title": "VPN einrichten", "body": "Zertifikat einspielen.", "language": "de", "audience": "customer"}
    assert "customer" in call("alan", "POST", "/articles", body).content_json["fields"]
    body["customer_id"] = cast.organizations["clinic"].pk
    made = call("alan", "POST", "/articles", body)
    assert made.status_code == 201
    assert call("rita", "GET", "/articles?q=Zertifikat").content_json == []
    listed = call("max", "GET", "/articles?q=Zertifikat").content_json
    assert listed == []
    path = f"/articles/{Edition.objects.get().article_id}/de"
    assert call("alan", "POST", f"{path}/publication", {"revision": 1}).status_code == 403
    assert call("max", "POST", f"{path}/publication", {"revision": 7}).status_code == 409
    assert call("max", "POST", f"{path}/publication", {"revision": 1}).content_json["state"] == "published"
    assert call("rita", "GET", "/articles?q=Zertifikat").content_json[0]["title"] == "VPN einrichten"
    assert call("rita", "GET", path).content_json["body"] == "Zertifikat einspielen."
    for stranger in ("zoe", "eve"):
        assert call(stranger, "GET", path).status_code == 404
        assert call(stranger, "GET", "/articles?q=Zertifikat").content_json == []
    assert call("rita", "POST", f"{path}/feedback", {"helped": False}).status_code == 422
    assert call("rita", "POST", f"{path}/feedback", {"helped": True}).status_code == 204
    assert call("rita", "GET", path).content_json["helped"] is None
    assert call("alan", "GET", path).content_json["helped"] == 1
    draft = {"title": "VPN", "body": "Neu.", "revision": 1}
    assert call("alan", "PUT", f"{path}/draft", draft).content_json["number"] == 2
    assert call("berta", "PUT", f"{path}/draft", draft).status_code == 409
    assert call("alan", "DELETE", f"{path}/draft").status_code == 204
    assert len(call("alan", "GET", f"{path}/revisions").content_json) == 2
    assert call("max", "DELETE", f"{path}/publication").status_code == 204
    assert call("rita", "GET", path).status_code == 404


def test_the_glossary_is_kept_by_those_who_publish(call: Call, cast: Cast) -> None:
    asked = {"words": {"de": ["WLAN", "Funknetz"], "en": ["wireless"]}, "meaning": "Netz ohne Kabel"}
    assert call("alan", "POST", "/glossary", asked).status_code == 403
    made = call("max", "POST", "/glossary", asked)
    assert made.status_code == 201
    assert call("alan", "GET", "/glossary?q=funk").content_json == [made.content_json]
    for stranger in ("rita", "zoe", "eve"):
        assert call(stranger, "GET", "/glossary").status_code in (403, 404)
    path = f"/glossary/{made.content_json['id']}"
    assert call("max", "PUT", path, {**asked, "version": 9}).status_code == 409
    assert call("max", "PUT", path, {**asked, "words": {"de": ["allein"]}}).status_code == 422
    assert call("max", "PUT", path, {**asked, "meaning": ""}).content_json["version"] == 2
    assert call("max", "DELETE", path).status_code == 204
    assert call("max", "DELETE", path).status_code == 404
