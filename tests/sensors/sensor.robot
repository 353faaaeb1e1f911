*** Settings ***
Documentation    Variables besides those of sensors.resource: SPOILED, a recording that lacks a sample; WITHOUT, what
...              happens where there is no sensor.
Resource         ${CURDIR}/sensors.resource

*** Test Cases ***
Firmware Computes LiteRT's Scores From What It Reads
    Firmware Should Print LiteRT's Scores
    # From reset to the last scores: driver, network and console together.
    ${executed}=       Executed Instructions
    Record Instructions    ${executed}

A Lost Sample Is Noticed
    Run Keyword And Expect Error    *the scores are not LiteRT's*
    ...    Firmware Should Print LiteRT's Scores    recording=${SPOILED}

A Sensor That Is Not There Is Noticed
    Run Keyword And Expect Error    *${WITHOUT}*
    ...    Firmware Should Print LiteRT's Scores    sensor=${CURDIR}/no_sensor.resc
