*** Settings ***
Documentation    The firmware has an error planted in it: the run must fail, and for that reason (variable MUST_FAIL).
Resource         ${CURDIR}/firmware.resource

*** Test Cases ***
Planted Error Is Noticed
    Firmware Should Fail    ${MUST_FAIL}
