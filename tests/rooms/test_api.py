"""The API keeps its own description: no server errors, no undocumented answers, whatever is sent (schemathesis)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)

from mingcha.people import actions
from mingcha.people.models import Membership

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
SCHEMA = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations()]
CALLERS = ["market", "office", "yc-inspector"]


@pytest.fixture
def token_of(world) -> Callable[[str], str]:
    """A program's key for a person of the world, good on the day the tests run."""

    def make(username: str) -> str:
        membership = Membership.objects.get(user=world.user(username))
        at = timezone.now() - timedelta(minutes=1)
        return actions.make_token(membership=membership, name="schemathesis", by=world.sysadmin, at=at)

    return make


@pytest.fixture(autouse=True)
def _one_connection():
    """Requests end inside the test's transaction: keep its connection, as Django's own test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("operation", OPERATIONS, ids=[operation.label for operation in OPERATIONS])
def test_every_answer_is_as_described(operation, caller, token_of):
    key = {"Authorization": f"Bearer {token_of(caller)}"}

    @settings(max_examples=12, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def sent(case: schemathesis.Case) -> None:
        case.validate_response(case.call(headers=key), checks=CHECKS)

    sent()


def test_the_api_needs_a_key_wherever_it_is_not_public(client, db):
    assert client.get("/api/v1/people/me").status_code == 401
    assert client.get("/api/v1/people/me", headers={"Authorization": "Bearer wrong"}).status_code == 401


def test_a_key_tells_who_its_holder_is(client, token_of):
    answer = client.get("/api/v1/people/me", headers={"Authorization": f"Bearer {token_of('market')}"})

    assert answer.json()["organization_name"] == "河源市市场监督管理局"
    assert "市场监督" in answer.content.decode(), "Chinese stays Chinese"
