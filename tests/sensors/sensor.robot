*** Settings ***
Documentation    Variables besides those of sensors.resource: SPOILED, a recording that lacks a sample; WITHOUT, what
...              happens where there is no sensor; LED, one that is lit by the last scores, if any.
Resource         ${CURDIR}/sensors.resource

*** Keywords ***
LED Should Be
    [Arguments]        ${lit}
    ${state}=          Execute Command    ${LED} State
    Should Contain     ${state}    ${lit}

*** Test Cases ***
Firmware Computes LiteRT's Scores From What It Reads
    Firmware Should Print LiteRT's Scores
    IF    $LED    LED Should Be    True
    # From reset to the last scores: driver, network and console together.
    ${executed}=       Executed Instructions
    Record Instructions    ${executed}

A Lost Sample Is Noticed
    Run Keyword And Expect Error    *the scores are not LiteRT's*
    ...    Firmware Should Print LiteRT's Scores    recording=${SPOILED}

A Sensor That Is Not There Is Noticed
    Run Keyword And Expect Error    *${WITHOUT}*
    ...    Firmware Should Print LiteRT's Scores    sensor=${CURDIR}/no_sensor.resc
    # Firmware that goes on with what it reads may light it.
    IF    $LED and 'scores' not in $WITHOUT    LED Should Be    False
