"""Google's JSON to our values: known, unknown, missing and hostile."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupaudit.collector import parse
from groupaudit.collector.switches import switches
from groupaudit.errors import BadAnswer
from groupaudit.model.group import Circle, JoinRule, MemberKind, Role


def test_settings_keep_unknown_fields_and_values_when_google_adds_some():
    found = parse.settings(
        {
            "whoCanViewGroup": "MARTIANS_CAN_VIEW",
            "whoCanJoin": "ANYONE_CAN_JOIN",
            "allowExternalMembers": "true",
            "isArchived": "perhaps",
            "brandNew": "x" * 1000,
            "maxMessageBytes": 26214400,
        }
    )

    assert (found.view, found.join) == (Circle.UNKNOWN, JoinRule.ANYONE)
    assert (found.external_members_allowed, found.archived) == (True, None)
    assert dict(found.verbatim)["maxMessageBytes"] == "26214400"
    assert len(dict(found.verbatim)["brandNew"]) == parse.LONGEST_VALUE
    assert parse.judged(found) == (
        ("allowExternalMembers", "true"),
        ("isArchived", "perhaps"),
        ("whoCanJoin", "ANYONE_CAN_JOIN"),
        ("whoCanViewGroup", "MARTIANS_CAN_VIEW"),
    )


@pytest.mark.parametrize("value", ["ALL_OWNERS_CAN_VIEW", "ALL_MANAGERS_CAN_VIEW"])
def test_settings_know_the_values_that_discovery_lacks(value):
    assert parse.settings({"whoCanViewGroup": value}).view is not Circle.UNKNOWN


def test_settings_do_not_know_nobody_when_it_is_about_viewing():
    assert parse.settings({"whoCanViewGroup": "NONE_CAN_VIEW"}).view is Circle.UNKNOWN


@pytest.mark.parametrize("raw", [{}, {"whoCanViewGroup": None}, {"whoCanViewGroup": 3}])
def test_settings_are_a_bad_answer_when_they_do_not_say_who_reads(raw):
    with pytest.raises(BadAnswer, match="whoCanViewGroup"):
        parse.settings(raw)


@pytest.mark.parametrize(
    ("raw", "kind", "role", "email"),
    [
        ({"email": "A@H.example", "role": "OWNER", "type": "USER"}, "user", "owner", "a@h.example"),
        ({"id": "C01", "role": "MEMBER", "type": "CUSTOMER"}, "all_users", "member", ""),
        ({"email": "g@h.example", "role": "MANAGER", "type": "GROUP"}, "group", "manager", None),
        ({"email": "x@y.example", "role": "MEMBER", "type": "EXTERNAL"}, "user", "member", None),
        ({"email": "x@y.example", "role": "MEMBER"}, "user", "member", None),
        ({"id": "1", "role": "MEMBER"}, "other", "member", ""),
        ({"id": "C03az79cb", "role": "MEMBER"}, "all_users", "member", ""),
        ({"email": "x@y.example", "role": "MEMBER", "type": "ROBOT"}, "other", "member", None),
    ],
)
def test_member_when(raw, kind, role, email):
    found = parse.member(raw)

    assert (found.kind, found.role) == (MemberKind(kind), Role(role))
    assert email is None or found.email == email


def test_member_is_a_bad_answer_when_the_role_is_not_known():
    with pytest.raises(BadAnswer, match="role"):
        parse.member({"email": "x@y.example", "role": "OVERLORD"})


@pytest.mark.parametrize(
    ("value", "gets"),
    [("ALL_MAIL", True), ("DIGEST", True), ("NONE", False), ("DISABLED", False), ("NEW", None)],
)
def test_member_gets_mail_when(value, gets):
    raw = {"email": "x@y.example", "role": "MEMBER", "delivery_settings": value}
    assert parse.member(raw).gets_mail is gets


def test_domains_are_inside_when_owned():
    listed = [
        {"domainName": "Hopital.example", "domainAliases": [{"domainAliasName": "h.example"}]},
        {"domainName": "pas-encore.example", "verified": False},
    ]
    assert parse.domains(listed, [{"domainAliasName": "chu.example", "verified": True}]) == {
        "hopital.example",
        "h.example",
        "chu.example",
    }


def test_group_has_every_alias_when_listed():
    found = parse.group(
        {
            "email": "Soins@hopital.example",
            "directMembersCount": "12",
            "aliases": ["b@x.example"],
            "nonEditableAliases": ["A@y.example"],
        }
    )
    assert (found.email, found.direct_members) == ("soins@hopital.example", 12)
    assert found.aliases == ("a@y.example", "b@x.example")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
FIELDS = [
    *("email", "role", "type", "status", "whoCanViewGroup", "whoCanJoin", "allowExternalMembers"),
    *("aliases", "setting", "policyQuery", "sortOrder", "value", "directMembersCount"),
    *("domainName", "domainAliases"),
]
resources = st.dictionaries(st.sampled_from(FIELDS) | st.text(), json_values, max_size=8)


@given(resources)
def test_parsing_answers_or_says_bad_answer_when_anything_comes(raw):
    for parser in (parse.group, parse.settings, parse.member):
        try:
            parser(raw)
        except BadAnswer:
            continue
    switches([raw])
    parse.domains([raw], [raw])


@pytest.mark.parametrize(("spelt", "quoted"), [("true", "true"), ("True", "True"), (True, "true")])
def test_booleans_are_understood_however_they_are_spelt(spelt, quoted):
    found = parse.settings({"whoCanViewGroup": "ALL_MEMBERS_CAN_VIEW", "isArchived": spelt})

    assert found.archived is True
    assert dict(found.verbatim)["isArchived"] == quoted
