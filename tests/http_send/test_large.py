"""4 GiB in each direction, and what that takes: the memory is that of the whole gateway, which also stores them."""
import pytest

from support import large


def hold(way, program, folder, pki):
    found = way(program, folder, pki)
    print(f"peak memory of the gateway: {found['small_mib']} MiB after 1 MiB, {found['large_mib']} MiB after 4 GiB")
    assert found["large_mib"] < found["small_mib"] + 64, found


@pytest.mark.soak
def test_four_gibibytes_go_out_in_constant_memory(sealgate, pki, tmp_path):
    hold(large.upload, sealgate.path, tmp_path, pki)


@pytest.mark.soak
def test_an_answer_of_four_gibibytes_comes_back_in_constant_memory(sealgate, pki, tmp_path):
    hold(large.download, sealgate.path, tmp_path, pki)
