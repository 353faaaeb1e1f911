*** Settings ***
Documentation    What every board runs, in one start of Renode: each firmware is loaded into a machine of its own.
...              Variables: the firmware of each test (such as DIGITS) and the host's program (DIGITS_HOST).
Resource         ${CURDIR}/firmware.resource

*** Keywords ***
What Too Much Stack Does
    [Documentation]    A machine's script says so in $stack_overflow, where it is no fault.
    Execute Command    $elf\=@${PLANTED_STACK}
    Execute Command    $stack_overflow\="stack\=overflow"
    Execute Command    include @${RESC}
    ${reason}=         Execute Command    echo $stack_overflow
    Reset Emulation
    RETURN             ${reason.strip()}

*** Test Cases ***
Network Written By Hand Computes What It Computes On The Host
    Firmware Should Print What The Host Prints    ${SAMPLE_NET}    ${SAMPLE_NET_HOST}

Instructions Are Counted
    Firmware Should Print What The Host Prints    ${COUNT}    ${COUNT_HOST}

Digits Computes What It Computes On The Host
    Firmware Should Print What The Host Prints    ${DIGITS}    ${DIGITS_HOST}

Digits In Floating Point Computes What LiteRT Computes
    Firmware Should Print What The Host Prints    ${DIGITS_FLOAT}    ${DIGITS_FLOAT_HOST}

Gesture Computes What It Computes On The Host
    Firmware Should Print What The Host Prints    ${GESTURE}    ${GESTURE_HOST}

Vibration Computes What It Computes On The Host
    Firmware Should Print What The Host Prints    ${VIBRATION}    ${VIBRATION_HOST}

Network With State Computes What It Computes On The Host
    Firmware Should Print What The Host Prints    ${STREAM}    ${STREAM_HOST}

One Wrong Bit Is Noticed
    Firmware Should Fail    the output differs    ${PLANTED_CRC}    ${SAMPLE_NET_HOST}

Undefined Instruction Is Noticed
    Firmware Should Fail    FAULT:    ${PLANTED_FAULT}    ${SAMPLE_NET_HOST}

Access To Where There Is No Memory Is Noticed
    Firmware Should Fail    WriteDoubleWord to non existing peripheral    ${PLANTED_UNMAPPED}    ${SAMPLE_NET_HOST}

Firmware That Does Not End Is Noticed
    Firmware Should Fail    Terminal tester failed    ${PLANTED_HANG}    ${SAMPLE_NET_HOST}    seconds=0.1

Too Much Stack Is Noticed
    ${reason}=         What Too Much Stack Does
    Firmware Should Fail    ${reason}    ${PLANTED_STACK}    ${SAMPLE_NET_HOST}
