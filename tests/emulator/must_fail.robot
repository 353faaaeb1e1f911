*** Settings ***
Documentation    The firmware has an error planted in it: the run must fail, and for that reason (variable MUST_FAIL).
Resource         ${CURDIR}/firmware.resource

*** Test Cases ***
Planted Error Is Noticed
    Run Keyword And Expect Error    *${MUST_FAIL}*    Firmware Should Print What The Host Prints
