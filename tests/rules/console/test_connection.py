"""How settings reach the database: by the home's own socket, or as DATABASE_URL says."""

from __future__ import annotations

import pytest

from dreiklang.console import cluster
from dreiklang.console.cluster.connection import connection_words


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("DREIKLANG_DB_ROLE", raising=False)


def test_the_embedded_database_is_reached_by_its_socket_as_the_application(monkeypatch):
    monkeypatch.setenv("DREIKLANG_HOME", "/srv/desk")
    entry = cluster.database_settings()
    assert entry["HOST"] == "/srv/desk/run/socket"
    assert (entry["NAME"], entry["USER"]) == ("dreiklang", "dreiklang_owner")
    assert entry["OPTIONS"]["options"] == "-c role=dreiklang_app"


def test_migrations_work_as_owner(monkeypatch):
    monkeypatch.setenv("DREIKLANG_DB_ROLE", "owner")
    assert "options" not in cluster.database_settings()["OPTIONS"]
    assert "options" in cluster.database_settings("app")["OPTIONS"]


def test_an_unknown_role_is_refused(monkeypatch):
    monkeypatch.setenv("DREIKLANG_DB_ROLE", "root")
    with pytest.raises(cluster.ClusterUnavailable, match="can be 'app' or 'owner'"):
        cluster.database_settings()


def test_a_url_names_a_cluster_of_ones_own(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://ow%40ner:p%2Fw@db.example:5433/desk?sslmode=verify-full")
    entry = cluster.database_settings()
    assert (entry["USER"], entry["PASSWORD"], entry["HOST"]) == ("ow@ner", "p/w", "db.example")
    assert (entry["PORT"], entry["NAME"]) == ("5433", "desk")
    assert entry["OPTIONS"]["sslmode"] == "verify-full"
    assert entry["OPTIONS"]["options"] == "-c role=dreiklang_app"


def test_a_url_may_name_a_socket_and_options_of_its_own(monkeypatch):
    url = "postgresql:///desk?host=/run/postgresql&options=-c%20statement_timeout%3D5s"
    monkeypatch.setenv("DATABASE_URL", url)
    words = connection_words("app")
    assert words["host"] == "/run/postgresql"
    assert words["options"] == "-c statement_timeout=5s -c role=dreiklang_app"
    assert "port" not in words
    assert "user" not in words


@pytest.mark.parametrize(("wanted", "kept"), [("", 5), ("?prepare_threshold=0", 0), ("?prepare_threshold=never", None)])
def test_how_often_a_statement_is_asked_before_it_is_prepared_is_for_django_alone(monkeypatch, wanted, kept):
    monkeypatch.setenv("DATABASE_URL", f"postgresql://owner@db.example/desk{wanted}")
    options = cluster.database_settings()["OPTIONS"]
    assert (options["server_side_binding"], options["prepare_threshold"]) == (True, kept)
    assert not {"server_side_binding", "prepare_threshold"} & connection_words("app").keys()


@pytest.mark.parametrize(
    "url",
    ["mysql://a/b", "postgresql://host", "postgresql://h:port/d", "nonsense", "postgresql://h/d?prepare_threshold=x"],
)
def test_a_url_that_cannot_be_meant_is_refused_in_words(monkeypatch, url):
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(cluster.ClusterUnavailable, match="DATABASE_URL"):
        cluster.database_settings()


def test_demo_and_tests_never_share_a_home_with_the_desk(monkeypatch):
    monkeypatch.setenv("DREIKLANG_HOME", "/srv/desk")
    assert len({cluster.home_for(kind) for kind in ("", "demo", "test")}) == 3
    monkeypatch.delenv("DREIKLANG_HOME")
    assert len({cluster.home_for(kind) for kind in ("", "demo", "test")}) == 3
