"""What the usual programs send, as they send it, becomes the same kind of signal."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreiklang.channels.monitoring.inbound import READERS, Unreadable, read
from dreiklang.channels.monitoring.rules import CLEARED, FIRING

NOW = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)

ALERTMANAGER = {
    "version": "4",
    "groupKey": '{}:{alertname="DiskFull"}',
    "status": "firing",
    "receiver": "desk",
    "externalURL": "http://alertmanager.example:9093",
    "alerts": [
        {
            "status": "firing",
            "labels": {"alertname": "DiskFull", "instance": "db1:9100", "severity": "critical", "job": "node"},
            "annotations": {"summary": "Disk of db1 is full", "description": "4 % left\non /var"},
            "startsAt": "2026-11-16T07:50:12.123456789Z",
            "endsAt": "0001-01-01T00:00:00Z",
            "generatorURL": "http://prometheus.example/graph?g0.expr=x",
            "fingerprint": "c0ffee",
        },
        {
            "status": "resolved",
            "labels": {"alertname": "DiskFull", "instance": "db2:9100"},
            "annotations": {},
            "startsAt": "2026-11-16T07:00:00+01:00",
            "endsAt": "2026-11-16T07:30:00Z",
        },
    ],
}


def only(kind, payload, mapping=None):
    (signal,) = read(kind, payload, received_at=NOW, mapping=mapping or {})
    return signal


def test_alertmanager_tells_each_alert_with_its_episode():
    found = {s.host: s for s in read("alertmanager", ALERTMANAGER, received_at=NOW, mapping={})}
    full, well = found["db1:9100"], found["db2:9100"]
    assert (full.fingerprint, full.state, full.severity) == ("c0ffee", FIRING, "critical")
    assert full.title == "Disk of db1 is full"
    assert full.text == "4 % left\non /var"
    assert full.episode == full.at == datetime(2026, 11, 16, 7, 50, 12, 123456, tzinfo=UTC)
    assert (well.state, well.title) == (CLEARED, "DiskFull db2:9100")
    assert well.episode == datetime(2026, 11, 16, 6, 0, tzinfo=UTC)
    assert well.at == datetime(2026, 11, 16, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "kind", "expected"),
    [("CRITICAL", "PROBLEM", FIRING), ("OK", "RECOVERY", CLEARED), ("WARNING", "PROBLEM", FIRING)],
)
def test_icinga_tells_by_macros(state, kind, expected):
    payload = {
        "NOTIFICATIONTYPE": kind, "HOSTNAME": "mail1", "SERVICEDESC": "imap", "SERVICESTATE": state,
        "SERVICEOUTPUT": "connection refused", "LASTSERVICESTATECHANGE": "1794816000",
    }  # fmt: skip
    signal = only("icinga", payload)
    assert (signal.host, signal.service, signal.state) == ("mail1", "imap", expected)
    assert signal.at == datetime.fromtimestamp(1794816000, UTC)
    assert signal.text == "connection refused"


def test_icingas_other_names_mean_the_same():
    one = only("icinga", {"host.name": "mail1", "service.name": "imap", "service_state": "DOWN"})
    other = only("icinga", {"$HOSTNAME$": "mail1", "SERVICENAME": "imap", "SERVICESTATE": "OK"})
    assert one.fingerprint == other.fingerprint


@pytest.mark.parametrize("kind", ["ACKNOWLEDGEMENT", "DOWNTIMESTART", "COMMENT"])
def test_a_colleagues_word_at_the_source_is_no_news(kind):
    assert read("icinga", {"NOTIFICATIONTYPE": kind, "HOSTNAME": "a", "HOSTSTATE": "DOWN"}, received_at=NOW,
                mapping={}) == []  # fmt: skip


def test_checkmk_tells_hosts_and_services():
    host = only("checkmk", {"NOTIFY_WHAT": "HOST", "NOTIFY_HOSTNAME": "sw1", "NOTIFY_HOSTSTATE": "DOWN",
                            "NOTIFY_SERVICEDESC": "", "NOTIFY_MICROTIME": "1794816000000000"})  # fmt: skip
    assert (host.host, host.service, host.state) == ("sw1", "", FIRING)
    assert host.at == datetime.fromtimestamp(1794816000, UTC)
    service = only("checkmk", {"WHAT": "SERVICE", "HOSTNAME": "sw1", "SERVICEDESC": "Port 3", "SERVICESTATE": "OK"})
    assert (service.service, service.state) == ("Port 3", CLEARED)


def test_zabbix_tells_events_with_their_recovery():
    problem = {"event_id": "1", "event_value": "1", "event_name": "CPU high", "trigger_id": "77", "host_name": "app1",
               "event_severity": "High", "event_timestamp": "1794815000"}  # fmt: skip
    solved = {**problem, "event_value": "0", "event_recovery_timestamp": "1794816000"}
    first, second = only("zabbix", problem), only("zabbix", solved)
    assert first.fingerprint == second.fingerprint
    assert (first.state, first.severity, second.state) == (FIRING, "critical", CLEARED)
    assert first.episode == second.episode
    assert second.at > first.at
    assert read("zabbix", {**problem, "event_update_status": "1"}, received_at=NOW, mapping={}) == []


def test_any_json_is_read_by_its_mapping():
    payload = {"data": {"things": [{"n": "UPS", "now": "bad", "box": {"name": "ups1"}, "t": 1794815000}]}}
    mapping = {"list": "data.things", "title": "n", "state": "now", "host": "box.name", "at": "t"}
    signal = only("generic", payload, mapping)
    assert (signal.title, signal.state, signal.host) == ("UPS", FIRING, "ups1")


def test_a_moment_ahead_counts_as_now():
    signal = only("generic", {"title": "x", "state": "firing", "at": "2126-01-01T00:00:00Z"})
    assert signal.at == NOW


@pytest.mark.parametrize(
    ("kind", "payload", "code"),
    [
        ("alertmanager", {"alerts": "no"}, "no_alerts"),
        ("alertmanager", [], "not_an_object"),
        ("alertmanager", {"alerts": [1]}, "not_an_object"),
        ("icinga", {"SERVICEDESC": "x"}, "field_missing"),
        ("icinga", {"HOSTNAME": "x", "HOSTSTATE": "purple"}, "unknown_state"),
        ("zabbix", {"event_value": "1"}, "field_missing"),
        ("generic", {"state": "ok"}, "field_missing"),
        ("generic", [1, 2], "not_an_object"),
    ],
)
def test_what_is_not_of_its_kind_is_named(kind, payload, code):
    with pytest.raises(Unreadable) as wrong:
        read(kind, payload, received_at=NOW, mapping={})
    assert wrong.value.code == code


scraps = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=5),
    max_leaves=20,
)
names = st.sampled_from(
    ["alerts", "status", "labels", "startsAt", "HOSTNAME", "HOSTSTATE", "trigger_id", "event_value", "event_timestamp",
     "title", "state", "at", "severity", "fingerprint", "host"]
)  # fmt: skip


@given(st.sampled_from(sorted(READERS)), scraps | st.dictionaries(names, scraps, max_size=9))
def test_p03_no_payload_breaks_a_reader(kind, payload):
    try:
        found = read(kind, payload, received_at=NOW, mapping={"host": "a[0].b", "list": ""})
    except Unreadable:
        return
    for signal in found:
        assert signal.state in (FIRING, CLEARED)
        kept = "".join((signal.title, signal.text, signal.host, signal.service, signal.fingerprint, signal.url))
        kept.encode()
        assert "\x00" not in kept
