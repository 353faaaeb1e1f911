"""The targets that run firmware tests, and the emulator of each. A test that expands over targets does so over this."""

TARGETS = {
    "bluepill": "renode",
    "hifive1": "renode",
    "microbit": "qemu",
    "mps2_an385": "qemu",
    "mps2_an386": "qemu",
    "mps2_an500": "qemu",
    "mps2_an505": "qemu",
    "mps3_an547": "qemu",
    "nrf52840": "renode",
    "ra8m1": "renode",
    "riscv_virt32": "qemu",
    "stm32f072b_disco": "renode",
    "stm32f4_discovery": "renode",
    "stm32f746g_disco": "renode",
    "stm32h753": "renode",
    "stm32l073": "renode",
    "stm32l552": "renode",
}
