*** Test Cases ***
The Firmware Prints A Class
    @{directories}=          Evaluate    $_RENODE_SEARCH_PATHS.split(":")
    Execute Command          $elf=@${ELF}
    Execute Command          include @${directories}[0]/machine.resc
    Create Terminal Tester   sysbus.usart2
    Register Failing Uart String    FAULT
    Start Emulation
    Wait For Line On Uart    class \\d+    treatAsRegex=true
    Wait For Line On Uart    EXIT 0
