from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from mingcha.plans.models import Task
from mingcha.registers.models import Subject
from mingcha.sample.load import load_sample

A_MARCH_MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.django_db
def test_the_smallest_city_loads_and_leaves_out_the_tasks_that_would_inspect_nobody():
    load_sample(subjects=100, say=lambda line: None, at=A_MARCH_MORNING)

    assert Subject.objects.count() == 100
    names = set(Task.objects.values_list("name", flat=True))
    assert "2025年消毒产品生产企业检查" not in names
    assert "2025年市场主体登记事项和公示信息不定向抽查" in names
