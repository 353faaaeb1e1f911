"""Random networks of several layers: the whole pipeline, with regions run depth first."""

from __future__ import annotations

from compiler.compile import Options, compile_model
from compiler.ir import DType

from . import conformance
from .cases import Row
from .networks import RANGES, network

# Wide in the middle: the shape that depth first execution is for.
WIDE = {"batch": (1,), "height": range(8, 24), "out_channels": (1, 2, 12, 16)}
DEEP = WIDE | {
    "channels": (1, 2),
    "out_channels": (2, 16),
    "kernel": (2, 3, 3, 5),
    "depth": range(3, 7),
}
POOLS = {
    "layers": ("conv_2d", "depthwise_conv_2d", "max_pool_2d", "average_pool_2d", "pad", "relu")
}
RESIDUAL = {"layers": ("conv_2d", "max_pool_2d", "residual", "residual")}
BRANCHES = {"layers": ("conv_2d", "branches", "branches", "relu")}
CLASSIFIER = POOLS | {"tail": ("classifier",)}
CONSTANT = {
    "constant_channels": (0.4,),
    "out_channels": (4, 6, 8),
    "tail": ("nothing", "classifier"),
}
FLOAT = {"dtype": (DType.FLOAT32,)}

ROWS = (
    Row("network_of_convolutions_int8", network, RANGES, cases=20),
    Row("wide_network_int8", network, RANGES | WIDE),
    Row("deep_network_int8", network, RANGES | DEEP),
    Row("network_with_pools_int8", network, RANGES | POOLS),
    Row("network_with_residuals_int8", network, RANGES | RESIDUAL),
    Row("network_with_branches_int8", network, RANGES | BRANCHES | {"batch": (1,)}, cases=20),
    Row("network_with_branches_float32", network, RANGES | BRANCHES | FLOAT, cases=10),
    Row("network_with_constant_channels_int8", network, RANGES | CONSTANT),
    Row("classifier_int8", network, RANGES | CLASSIFIER),
    Row("classifier_float32", network, RANGES | CLASSIFIER | FLOAT),
)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)


def test_many_of_these_networks_run_depth_first() -> None:
    """A region is a function of its own."""
    row = ROWS[2]
    found = 0
    for number in range(row.cases):
        case = row.case(number)
        text = compile_model(case.model, Options(case.name)).files[f"{case.name}.c"]
        found += b"LAYER void region_" in text
    print(f"{found} of {row.cases} networks have a region")
    assert found > row.cases // 5


def test_branches_run_depth_first() -> None:
    """Some joins of channels stand in regions."""
    row = next(r for r in ROWS if "branches" in r.name)
    found = 0
    for number in range(row.cases):
        case = row.case(number)
        layers = compile_model(case.model, Options(case.name)).program.layers
        found += any(x.by_rows and "concatenation" in x.name for x in layers)
    print(f"{found} of {row.cases} networks join channels within a region")
    assert found > row.cases // 5


def test_many_constant_channels_are_removed() -> None:
    row = next(r for r in ROWS if "constant" in r.name)
    fewer = 0
    for number in range(row.cases):
        case = row.case(number)
        dumps = compile_model(case.model, Options(case.name)).dumps
        (after,) = (k for k in dumps if k.endswith("remove_channels.ir"))
        before = sorted(dumps)[sorted(dumps).index(after) - 1]
        fewer += dumps[after] != dumps[before]
    print(f"{fewer} of {row.cases} networks lose channels")
    assert fewer > row.cases // 4
