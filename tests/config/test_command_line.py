import pytest

from fcnn.config import command_line
from fcnn.config.command_line import arrange_arguments
from fcnn.errors import FcnnError


@pytest.mark.parametrize(
    ("typed", "arranged"),
    [
        ("training.epochs=5 -m training.seed=0,1", "-m training.epochs=5 training.seed=0,1"),
        ("study=x --cfg job training.epochs=5", "--cfg job study=x training.epochs=5"),
        ("a=1 --cfg=job b=2 --resolve c=3", "--cfg=job --resolve a=1 b=2 c=3"),
        ("-m a=1 a=2 a=1", "-m a=1 a=2 a=1"),
        ("a=-1 ~b +c=2", "a=-1 ~b +c=2"),
        ("", ""),
    ],
)
def test_flags_come_before_overrides_wherever_they_are_typed(typed, arranged):
    assert arrange_arguments(typed.split()) == arranged.split()


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("a=1 --epochs", "--epochs: there is no such flag; "),
        ("a=1 --cfg", "--cfg/-c: expected one argument"),
        ("a=1 --cfg b=2", "--cfg/-c: invalid choice: 'b=2' "),
    ],
)
def test_wrong_flag_is_one_line(typed, message):
    with pytest.raises(FcnnError) as error:
        arrange_arguments(typed.split())
    assert str(error.value).startswith(message)
    assert "\n" not in str(error.value)


def test_interrupted_command_ends_silently_with_the_code_of_its_signal(monkeypatch, capsys):
    # It would be for the whole process.
    monkeypatch.setattr(command_line, "collect_garbage_rarely", lambda: None)
    with pytest.raises(SystemExit) as end, command_line.run_as_command():
        raise KeyboardInterrupt
    assert end.value.code == 130
    assert capsys.readouterr() == ("", "")
