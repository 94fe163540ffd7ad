from mingcha.cli import site


def test_a_home_without_static_files_gets_them_before_the_site_is_served(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "staticfiles"

    site.collect_static()

    assert (settings.STATIC_ROOT / "mingcha" / "mingcha.css").is_file()
    assert not (settings.STATIC_ROOT / "vendor" / "fonts").exists()


def test_static_files_that_are_there_are_left_alone(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "kept.css").write_text("kept")

    site.collect_static()

    assert [each.name for each in tmp_path.iterdir()] == ["kept.css"]
