import pytest

from qisong.roster.addresses import join_address, split_address


@pytest.mark.parametrize(
    ("place", "door"),
    [
        ("东岭村三组", "12号"),
        ("幸福路", "88号3单元502室"),
        ("锦绣花园", "A座1203"),
        ("三里屯", "一号院"),
        ("人民路", "12-3"),
        ("东岭村3组", ""),
        ("第二社区", ""),
        ("", "2号楼"),
        ("", ""),
    ],
)
def test_address_parts_where_the_door_begins(place: str, door: str) -> None:
    assert split_address(place + door) == (place, door)


def test_space_before_the_door_belongs_to_neither() -> None:
    assert split_address("东岭村三组 12号") == ("东岭村三组", "12号")


@pytest.mark.parametrize(
    "address", ["幸福小区 3 502", "东岭村三 12", "1 1", "1- 12号", "东岭村三组12号", "人民路12-3", ""]
)
def test_parted_address_is_joined_so_that_it_parts_again(address: str) -> None:
    assert split_address(join_address(*split_address(address))) == split_address(address)


def test_mask_stands_right_behind_the_place() -> None:
    assert join_address("东岭村3", "***") == "东岭村3***"
