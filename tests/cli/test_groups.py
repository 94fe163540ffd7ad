"""`mingcha group`: groups of inspectors are formed, listed and disbanded."""

from mingcha.registers.models import InspectorGroup

FORM = ["group", "form", "--name", "源城一组", "--of", "yc-market", "--leader", "IN-002"]


def test_a_group_is_formed_listed_and_disbanded(stock, run, facts):
    number = facts(*FORM, "--member", "IN-001", by="yc-market")["number"]

    listed = facts("group", "list", by="yc-market")
    assert [(each["number"], each["leader"], each["members"]) for each in listed] == [
        (number, "IN-002", ["IN-002", "IN-001"])
    ]
    run("group", "disband", number, by="yc-market")

    assert InspectorGroup.objects.get().disbanded_on is not None
    assert "解散" in run("group", "list", by="yc-market").stdout


def test_one_person_is_no_group(stock, run):
    told = run(*FORM, "--member", "IN-002", by="yc-market", code=1)

    assert "至少要有2名持有执法证的成员" in told.stderr
    assert not InspectorGroup.objects.exists()


def test_another_bureau_sees_and_disbands_nothing(stock, run, facts):
    number = facts(*FORM, "--member", "IN-001", by="yc-market")["number"]

    assert facts("group", "list", by="dy-market") == []
    run("group", "disband", number, by="dy-market", code=1)

    assert InspectorGroup.objects.get().disbanded_on is None
