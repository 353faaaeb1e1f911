*** Settings ***
Resource         ${CURDIR}/sensors.resource

*** Test Cases ***
Firmware Computes LiteRT's Scores From What It Reads
    Firmware Should Print LiteRT's Scores
