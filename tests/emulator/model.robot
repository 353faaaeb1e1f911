*** Settings ***
Resource         ${CURDIR}/firmware.resource

*** Test Cases ***
Network Computes On The Target What It Computes On The Host
    Firmware Should Print What The Host Prints
