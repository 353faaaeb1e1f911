"""The targets that run firmware tests, and the emulator of each. A test that expands over targets does so over this."""

TARGETS = {
    "hifive1": "renode",
    "microbit": "qemu",
    "mps2_an385": "qemu",
    "mps2_an386": "qemu",
    "mps2_an500": "qemu",
    "mps3_an547": "qemu",
    "riscv_virt32": "qemu",
    "stm32f4_discovery": "renode",
}
