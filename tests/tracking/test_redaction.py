import pytest

from fcnn.tracking.redaction import redact


def test_redaction_leaves_no_credentials():
    text = (
        "a http://me:secret@h/x b postgresql://me:se@cret@h/db "
        "c postgresql://h/db?user=me&password=secret&x=1"
    )
    redacted = "a http://h/x b postgresql://h/db c postgresql://h/db?user=...&password=...&x=1"
    assert redact(text) == redacted


@pytest.mark.parametrize(
    "text",
    [
        "http://me:hunter/2@host/x",
        "DRIVER={x};SERVER=h;Pwd=hunter 2;Encrypt=yes",
        "DRIVER={x};PWD={hunter;2};SERVER=h",
        "mssql+pyodbc:///?odbc_connect=SERVER%3Dh%3BUID%3Dme%3BPWD%3Dhunter2%3BX%3D1",
        "mssql+pyodbc:///?odbc_connect=PWD%3D%7Bhunter%3B2%7D%3BX%3D1",
        "https%3A%2F%2Fme%3Ahunter2%40host%2Fx",
        "postgresql://h/db?sslpassword=hunter2&x=1",
        "mysql://h/db?password=hunter%202%26x&y=1",
        "passphrase='hunter 2' x",
        "'password=hunter 2'",
        "api_key=hunter2",
        "AWS_SECRET_ACCESS_KEY=hunter2",
        "auth=hunter2",
        "password: hunter2, x: 1",
        '{"api_key": "hunter 2", "x": 1}',
        "Authorization: Bearer hunter2",
        "authorization: basic hunter2==",
        "x-auth-token: hunter2",
        "Private-Token: hunter2",
        "Cookie: session=hunter2; path=/",
        "http://h/?key=hunter2&x=1",
        "https://h/?sig=hunter2",
        "+sweep.token=hunter2",
        "x: 1\nkey: hunter2",
        "{'x': 1, 'key': 'hunter2'}",
        '{"key": "hunter2"}',
        "{pwd: hunter2, x: 1}",
        "db_pass: hunter2",
        "ssh_key=hunter2",
        "train.py --token hunter2",
        "https://h/?X-Amz-Credential=a&X-Amz-Signature=hunter2",
        "session_key=hunter2 PGPASS=hunter2",
        "the model of ghp_hunter2hunter2hunter2hunter2",
        "eyJhunter2hunter2.eyJhunter2.hunter2-_",
        "train.py --password 'hunter 2'",
    ],
)
def test_redaction_recognises_every_notation_of_credentials(text):
    assert "hunter" not in redact(text)
    assert redact(redact(text)) == redact(text)


def test_redaction_keeps_the_rest_of_a_connection_string():
    redacted = "SERVER=h;UID=...;PWD=...;Encrypt=yes"
    assert redact("SERVER=h;UID=me;PWD=x;Encrypt=yes") == redacted


@pytest.mark.parametrize(
    "text",
    [
        "tokens=5",
        "monkey=1 keyboard=2 author=Knuth sort_key=3",
        "sqlite:////tmp/a@b/mlflow.db",
        "http://127.0.0.1:5000/a@b",
        "model.activation=relu,tanh optimizer.learning_rate=0.1",
        "the key: model.activation is not in this config",
        "passes=3 compass=north bypass=1 a pass of the data",
        "a password belongs in the environment, in MLFLOW_TRACKING_PASSWORD",
    ],
)
def test_redaction_keeps_text_without_credentials(text):
    assert redact(text) == text
