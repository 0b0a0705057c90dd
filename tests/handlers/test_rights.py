"""The table of rights: every role in every position, read aloud by people of two wards."""

from __future__ import annotations

import pytest

from handlers import rights
from handlers.facts import Role, Unit
from handlers.rights import ADMIN, GIVE, OFFICER, OWNER, SUPPORT

CITY = Unit(1, "1", "LĐLĐ thành phố", "TP")
WARD = Unit(2, "48", "Phường Từ Liêm", "Từ Liêm", above=(1,))
SAO_MAI = Unit(3, "4827", "May Sao Mai", "Sao Mai", above=(2, 1))
TEAM = Unit(4, "482701", "Tổ may 2", "Tổ 2", above=(3, 2, 1))
SAO_VANG = Unit(5, "4831", "May Sao Vàng", "Sao Vàng", above=(2, 1))
PLACES = {"above": WARD, "own": SAO_MAI, "below": TEAM, "beside": SAO_VANG, "all": None}
THIS, OTHER = 1, 2
REACHED = {rights.NO: set(), rights.BELOW: {"below"}, rights.DOWN: {"own", "below"}, rights.ALL: set(PLACES)}


@pytest.mark.parametrize("act", rights.TABLE)
@pytest.mark.parametrize("kind", rights.KINDS)
def test_a_role_reaches_what_its_column_says_and_nothing_else(act: str, kind: str) -> None:
    roles = (Role(kind, None if kind == OWNER else SAO_MAI),)
    reached = {name for name, unit in PLACES.items() if rights.may(roles, act, unit)}
    assert reached == REACHED[rights.reach(kind, act)]
    assert rights.may_somewhere(roles, act) == bool(reached)
    assert not rights.may((), act, SAO_MAI)


def test_a_role_without_a_unit_that_is_no_owners_reaches_nothing() -> None:
    for kind in (SUPPORT, OFFICER, ADMIN):
        assert not any(rights.may((Role(kind),), act, unit) for act in rights.TABLE for unit in PLACES.values())


def test_the_support_team_judges_nothing_and_sees_no_figures_of_officers() -> None:
    allowed = {act for act in rights.TABLE if rights.may_somewhere((Role(SUPPORT, SAO_MAI),), act)}
    assert allowed == {rights.HELP, rights.TYPE, rights.PLACE}


def test_nobody_gives_what_they_do_not_have() -> None:
    hoa, an = (Role(OFFICER, WARD),), (Role(ADMIN, WARD, campaign_id=THIS),)
    assert rights.may(hoa, GIVE[SUPPORT], WARD)
    assert not rights.may(hoa, GIVE[OFFICER], WARD)
    assert rights.may(hoa, GIVE[OFFICER], SAO_MAI)
    assert not rights.may_somewhere(hoa, GIVE[ADMIN])
    assert rights.may(an, GIVE[OFFICER], WARD)
    assert rights.bound_to(an, GIVE[OFFICER], WARD) == THIS
    assert rights.bound_to((*an, *hoa), GIVE[SUPPORT], SAO_MAI) is None
    assert not rights.may_somewhere(an, GIVE[ADMIN])


def test_a_role_of_one_campaign_does_nothing_in_another() -> None:
    an = (Role(ADMIN, WARD, campaign_id=THIS),)
    assert rights.may(an, rights.DRIVE, SAO_MAI, THIS)
    assert not rights.may(an, rights.DRIVE, SAO_MAI, OTHER)
    assert not rights.may(an, rights.DRIVE, CITY, THIS)


def test_an_officer_of_a_cluster_serves_its_units_with_all_below_them() -> None:
    binh = (Role(OFFICER, None, "Cụm 1", (SAO_MAI, SAO_VANG)),)
    allowed = {unit.id for unit in (CITY, WARD, SAO_MAI, TEAM, SAO_VANG) if rights.may(binh, rights.POST, unit)}
    assert allowed == {SAO_MAI.id, TEAM.id, SAO_VANG.id}
    assert rights.units_of(binh, rights.POST) == (SAO_MAI.id, SAO_VANG.id)
    assert rights.home(binh, rights.POST) == SAO_MAI


def test_where_an_act_is_done_when_no_unit_is_named() -> None:
    both = (Role(SUPPORT, SAO_VANG), Role(OFFICER, SAO_MAI))
    assert rights.home(both, rights.POST) == SAO_MAI
    assert rights.home(both, rights.HELP) == SAO_VANG
    assert rights.units_of((Role(OWNER),), rights.POST) is None
    assert rights.units_of((), rights.POST) == ()


def test_an_act_that_nobody_knows_is_an_error() -> None:
    with pytest.raises(KeyError):
        rights.may((Role(OWNER),), "fly", None)
