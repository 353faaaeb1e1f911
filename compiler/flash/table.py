"""Measured bytes and extra instructions of kernels in each form (Cortex-M4, GCC 12, -O2).

tools/kernel_prices.py measures the bytes again, and says which entries are wrong; unpriced.py
names the kernels that have none.

Bytes are of networks of models/ and of the MLPerf Tiny benchmark, and of random layers for the
kernels that these do not have; extra instructions were counted in QEMU.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Per(enum.Enum):
    """What extra instructions are counted for."""

    MAC = "MAC"
    PIXEL = "output pixel"
    UNIT = "unit of a flat kernel"
    RUN = "run"


@dataclass(frozen=True)
class Measured:
    """Bytes of a layer that inlines the kernel whole and by rows, of copies for calls alike and for
    any; instructions that these copies take more `per` what."""

    inlined: int
    by_rows: int
    alike: int
    any: int
    per: Per
    alike_extra: float
    any_extra: float
    per_mac: float  # all instructions, roughly
    helpers: tuple[str, ...] = ()
    sliced: tuple[str, ...] = ()  # further ones, of calls with a `slice`


_MAC, _PIXEL, _UNIT, _RUN = Per

# Functions that kernels call and never inline; some depend on params.
HELPERS: dict[str, int] = {
    "nn_dense_pairs_s8": 540,
    "nn_depthwise_3x3_01": 420,
    "nn_depthwise_3x3_02": 420,
    "nn_depthwise_3x3_11": 554,
    "nn_depthwise_3x3_12": 564,
    "nn_fours_s16": 190,
    "nn_fully_connected_s8": 440,
    "nn_gather_taps_s8": 610,
    "nn_lstm_pairs_s8": 2250,
    "nn_slices_00": 1228,
    "nn_slices_01": 1228,
    "nn_slices_10": 1010,
    "nn_slices_11": 1228,
    "nn_strips_00": 1070,
    "nn_strips_01": 1070,
    "nn_strips_10": 744,
    "nn_strips_11": 1070,
    "nn_tiles_00": 1094,
    "nn_tiles_01": 1094,
    "nn_tiles_10": 760,
    "nn_tiles_11": 1094,
}

KERNELS: dict[str, Measured] = {
    "nn_add_f32": Measured(83, 163, 84, 84, _RUN, 83, 275, 1),
    "nn_add_linear_s8": Measured(156, 196, 255, 490, _MAC, 0.1, 1, 1),
    "nn_add_n": Measured(93, 133, 176, 332, _MAC, 0.1, 1, 1),
    "nn_add_s8": Measured(196, 252, 196, 220, _RUN, 0, 300, 1),
    "nn_arg_f32_s32": Measured(96, 136, 180, 340, _MAC, 0.1, 1, 1),
    "nn_arg_f32_s64": Measured(113, 153, 202, 383, _MAC, 0.1, 1, 1),
    "nn_arg_s32_s32": Measured(36, 76, 105, 190, _MAC, 0.1, 1, 1),
    "nn_arg_s32_s64": Measured(54, 94, 128, 236, _MAC, 0.1, 1, 1),
    "nn_arg_s8_s32": Measured(66, 106, 142, 264, _MAC, 0.1, 1, 1),
    "nn_arg_s8_s64": Measured(76, 116, 155, 290, _MAC, 0.1, 1, 1),
    "nn_arg_u8_s32": Measured(55, 95, 129, 237, _MAC, 0.1, 1, 1),
    "nn_arg_u8_s64": Measured(64, 104, 140, 259, _MAC, 0.1, 1, 1),
    "nn_average_pool_2d_f32": Measured(128, 168, 364, 704, _PIXEL, 16200, 30900, 1),
    "nn_average_pool_2d_rows_s8": Measured(165, 242, 316, 582, _RUN, 2200, 12000, 1),
    "nn_average_pool_2d_s16": Measured(137, 177, 231, 442, _MAC, 0.1, 1, 1),
    "nn_average_pool_2d_s8": Measured(282, 322, 552, 1150, _PIXEL, 331, 877, 1),
    "nn_average_pool_2d_u8": Measured(112, 152, 200, 381, _MAC, 0.1, 1, 1),
    "nn_batch_matmul_f32": Measured(188, 228, 294, 569, _MAC, 0.1, 1, 1),
    "nn_batch_matmul_hybrid_s8": Measured(894, 934, 1178, 2335, _MAC, 0.1, 1, 1),
    "nn_batch_matmul_s16": Measured(338, 378, 482, 945, _MAC, 0.1, 1, 1),
    "nn_batch_matmul_s16_s8": Measured(256, 296, 380, 740, _MAC, 0.1, 1, 1),
    "nn_batch_matmul_s8": Measured(234, 274, 352, 685, _MAC, 0.1, 1, 1),
    "nn_batch_matmul_s8_s32": Measured(148, 188, 246, 471, _MAC, 0.1, 1, 1),
    "nn_binary_broadcast_f32": Measured(157, 197, 256, 492, _MAC, 0.1, 1, 1),
    "nn_binary_broadcast_int": Measured(132, 172, 226, 431, _MAC, 0.1, 1, 1),
    "nn_binary_f32": Measured(71, 111, 149, 278, _MAC, 0.1, 1, 1),
    "nn_binary_int": Measured(87, 127, 168, 317, _MAC, 0.1, 1, 1),
    "nn_binary_s64": Measured(103, 143, 189, 357, _MAC, 0.1, 1, 1),
    "nn_broadcast_args_s32": Measured(54, 94, 128, 236, _MAC, 0.1, 1, 1),
    "nn_broadcast_args_s64": Measured(78, 118, 158, 295, _MAC, 0.1, 1, 1),
    "nn_conv_2d_1x1_paired_s8": Measured(150, 262, 262, 262, _RUN, 150, 150, 1.6),
    "nn_conv_2d_1x1_s8": Measured(298, 508, 480, 1226, _RUN, 711, 10800, 2.03),
    "nn_conv_2d_1x1_single_s8": Measured(196, 230, 230, 230, _RUN, 40, 40, 3.7),
    "nn_conv_2d_1x1_windows_s8": Measured(256, 308, 264, 264, _UNIT, 6, 6, 0.26),
    "nn_conv_2d_1x1_tiles_s8": Measured(
        502, 435, 908, 908, _RUN, 1090, 1090, 1.0, ("nn_tiles_{rounding}{mixed}",)
    ),
    "nn_conv_2d_f32": Measured(796, 1040, 1228, 1848, _MAC, 0.0287, 0.357, 2.44),
    "nn_conv_2d_fours_s16": Measured(316, 356, 524, 2636, _PIXEL, 196, 314, 1.3, ("nn_fours_s16",)),
    "nn_conv_2d_hybrid_s8": Measured(1139, 1179, 1246, 2796, _PIXEL, 341, 3040, 2.53),
    "nn_conv_2d_paired_s8": Measured(700, 1000, 1140, 1140, _PIXEL, 0, 0, 2.3),
    "nn_conv_2d_paired_slices_s8": Measured(660, 690, 1010, 1010, _PIXEL, 1, 1, 2.4),
    "nn_conv_2d_patches_s8": Measured(
        766, 892, 1060, 4214, _PIXEL, 5.42, 172, 1.3, ("nn_tiles_{rounding}{mixed}",)
    ),
    "nn_conv_2d_s8": Measured(429, 1172, 1340, 2932, _MAC, 1.56, 6.65, 6.42),
    "nn_conv_2d_strips_s8": Measured(
        544,
        584,
        844,
        1340,
        _PIXEL,
        9.85,
        71.7,
        2.2,
        (
            "nn_strips_{rounding}{mixed}",
            "nn_tiles_{rounding}{mixed}",
        ),
    ),
    "nn_conv_2d_tiles_s8": Measured(
        860,
        936,
        860,
        1992,
        _PIXEL,
        4,
        60,
        1.1,
        ("nn_tiles_{rounding}{mixed}",),
        ("nn_slices_{rounding}{mixed}",),
    ),
    "nn_conv_2d_windows_s8": Measured(
        432, 624, 704, 704, _PIXEL, 18, 18, 0.23, ("nn_gather_taps_s8",)
    ),
    "nn_copy_bytes": Measured(18, 58, 14, 10, _RUN, 0, 0, 1),
    "nn_copy_strided": Measured(52, 92, 50, 386, _RUN, 0, 6980, 1),
    "nn_depthwise_conv_2d_3x3_s8": Measured(
        144, 293, 982, 1084, _RUN, 1480, 1660, 2.4, ("nn_depthwise_3x3_{rounding}{stride_w}",)
    ),
    "nn_depthwise_conv_2d_columns_s8": Measured(576, 564, 584, 1050, _PIXEL, 9, 16, 0.9),
    "nn_depthwise_conv_2d_f32": Measured(420, 460, 624, 1028, _PIXEL, 1130, 3590, 9.95),
    "nn_depthwise_conv_2d_s8": Measured(637, 476, 950, 1864, _PIXEL, 1210, 4400, 3.07),
    "nn_dequantize_s8": Measured(54, 94, 48, 50, _UNIT, 0, 0, 1),
    "nn_fully_connected_f32": Measured(295, 335, 404, 544, _UNIT, 0, 0, 1.1),
    "nn_fully_connected_fours_s8": Measured(152, 192, 162, 434, _UNIT, 732, 848, 5.42),
    "nn_fully_connected_pairs_s8": Measured(
        382, 422, 476, 882, _UNIT, 0, 0, 1.0, ("nn_dense_pairs_s8",)
    ),
    "nn_fully_connected_rows_s8": Measured(193, 276, 364, 582, _MAC, 0.287, 0.449, 1.98),
    "nn_fully_connected_s8": Measured(
        268, 308, 270, 516, _UNIT, 0, 160, 1.8, ("nn_fully_connected_s8",)
    ),
    "nn_lookup_s16": Measured(60, 100, 135, 250, _MAC, 0.1, 1, 1),
    "nn_lstm_f32": Measured(600, 640, 580, 2188, _MAC, 0.00369, 0.346, 1.75),
    "nn_lstm_pairs_s8": Measured(580, 620, 632, 1356, _MAC, 0, 0, 3.4, ("nn_lstm_pairs_s8",)),
    "nn_max_pool_2d_s8": Measured(99, 210, 336, 934, _PIXEL, 292, 662, 1),
    "nn_mean_rows_s8": Measured(154, 220, 300, 730, _RUN, 567, 2360, 1),
    "nn_mean_s8": Measured(139, 179, 160, 1280, _RUN, 0, 8720, 1),
    "nn_move_rows": Measured(52, 92, 125, 230, _MAC, 0.1, 1, 1),
    "nn_quantize_f32_s8": Measured(155, 195, 152, 144, _UNIT, 0, 0, 1),
    "nn_requantize_s16_s32": Measured(76, 116, 72, 198, _UNIT, 0, 23.5, 1),
    "nn_requantize_s16_s8": Measured(88, 128, 100, 198, _UNIT, 0, 12.9, 1),
    "nn_rescale_s8": Measured(36, 76, 104, 189, _MAC, 0.1, 1, 1),
    "nn_rescale_u8": Measured(37, 77, 106, 192, _MAC, 0.1, 1, 1),
    "nn_select": Measured(71, 111, 149, 277, _MAC, 0.1, 1, 1),
    "nn_slide_rows": Measured(138, 178, 130, 368, _RUN, 0, 48, 1),
    "nn_slopes_s16": Measured(103, 143, 189, 358, _MAC, 0.1, 1, 1),
    "nn_softmax_f32": Measured(96, 136, 140, 188, _UNIT, 0, 0, 1),
    "nn_softmax_s8": Measured(355, 395, 424, 420, _UNIT, 0, 9, 1),
    "nn_softmax_s8_s16": Measured(352, 392, 380, 420, _UNIT, 0, 0, 1),
    "nn_softmax_two_s8": Measured(60, 100, 60, 60, _UNIT, 0, 1, 1),
    "nn_sum_quantised": Measured(160, 200, 172, 718, _UNIT, 0, 75.1, 1),
    "nn_svdf_s8": Measured(465, 505, 448, 1014, _RUN, 237, 5160, 3.68),
    "nn_table_s8": Measured(28, 68, 34, 34, _UNIT, 0.856, 0.856, 1),
    "nn_table_s8_u8": Measured(16, 56, 34, 34, _UNIT, 0, 0, 1),
    "nn_table_u8": Measured(27, 67, 94, 168, _MAC, 0.1, 1, 1),
    "nn_transpose_conv_s16": Measured(420, 460, 632, 1922, _PIXEL, 2520, 7450, 2.37),
    "nn_unary_f32": Measured(82, 122, 163, 306, _MAC, 0.1, 1, 1),
}

# For kernels that were not measured.
MIDDLING = Measured(900, 950, 1100, 3000, _MAC, 0.1, 1, 1.5)
