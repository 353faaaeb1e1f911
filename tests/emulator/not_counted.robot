*** Test Cases ***
Counts Nothing
    Log    A suite with an instruction_budget has to record a count.
