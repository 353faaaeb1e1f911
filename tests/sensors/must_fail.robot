*** Settings ***
Documentation    Something is wrong on purpose: the run must fail, and for that reason (variable MUST_FAIL).
Resource         ${CURDIR}/sensors.resource

*** Test Cases ***
Fault Is Noticed
    Run Keyword And Expect Error    *${MUST_FAIL}*    Firmware Should Print LiteRT's Scores
