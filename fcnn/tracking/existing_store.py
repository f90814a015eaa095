"""The check of every command that only reads: is there a store?"""

from fcnn.errors import StoreError
from fcnn.tracking.store import check, exists


def check_exists(uri: str, creator: str = "training") -> None:
    """Check that there is a store to read.

    Args:
        uri: Address of the store.
        creator: What creates it, for the message.

    Raises:
        StoreError: The address is wrong, or there is no store yet.
    """
    check(uri)
    if not exists(uri):
        raise StoreError(f"tracking.uri: there is no store yet; {creator} creates it")
