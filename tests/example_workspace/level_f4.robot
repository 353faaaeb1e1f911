*** Settings ***
Resource         ${NETSUKE_KEYWORDS}

*** Test Cases ***
A Device That Lies Flat Is Still
    Start Firmware    ${ELF}    ${RESC}    sensor=${SENSOR}
    Wait For Line On Uart    still
    Log Should Be Clean
