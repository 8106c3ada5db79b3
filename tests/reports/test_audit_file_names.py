"""A file may have any name that the system gives it: every report of an audit holds it."""

from xml.etree import ElementTree as ET

from fabctl.process.errors import Mark, Problem
from fabctl.reports import audit_junit, audit_sarif
from fabctl.reports.audited import Audited, AuditedFile, Sort


def unreadable(name: str) -> Audited:
    problem = Problem("IN112", "the file can't be read", Mark(name, 1, 1))
    return Audited((AuditedFile(name, Sort.UNREADABLE, problems=(problem,)),), ())


def test_sarif_quotes_the_bytes_of_a_name_that_is_not_utf_8():
    """A name of other bytes comes with lone surrogates, which no text can carry."""
    document = str(audit_sarif.render(unreadable("odd\udcff.yaml")))
    assert "'uri': 'odd%FF.yaml'" in document


def test_sarif_has_a_uri_for_a_path_from_the_root():
    document = str(audit_sarif.render(unreadable("/else where/a.yaml")))
    assert "'uri': 'file:///else%20where/a.yaml'" in document


def test_junit_escapes_what_xml_can_not_hold():
    """Control characters and lone surrogates would make the document unreadable."""
    suite = ET.fromstring(audit_junit.render(unreadable("a\x1b\x01\udcff.yaml"))).find("testsuite")
    assert suite is not None
    assert suite.get("name") == "a\\x1b\\x01\\udcff.yaml"
