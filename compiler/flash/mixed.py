"""One copy of the loops of tiles (runtime/nn_tiles_s8.h) for both roundings, in networks whose
layers round both ways."""

from __future__ import annotations

import dataclasses

from ..program import Call, Layer, Program, Subprogram


def mix(program: Program) -> Program:
    """The calls that are told by `mixed` whether there are others that round otherwise."""
    roundings = {
        call.params["rounding"]
        for member in program.family()
        for layer in member.layers
        for call in layer.calls
        if "mixed" in call.params
    }
    return _told(program, {}) if len(roundings) > 1 else program


def _told(program: Program, done: dict[Program, Program]) -> Program:
    """Each subprogram stays one, however many run it."""
    if program not in done:
        controls = tuple(
            dataclasses.replace(
                control,
                called=tuple(Subprogram(_told(c.program, done), c.plan) for c in control.called),
            )
            for control in program.controls
        )
        layers = tuple(_layer(layer) for layer in program.layers)
        done[program] = dataclasses.replace(program, layers=layers, controls=controls)
    return done[program]


def _layer(layer: Layer) -> Layer:
    return dataclasses.replace(layer, calls=tuple(_call(call) for call in layer.calls))


def _call(call: Call) -> Call:
    if "mixed" not in call.params:
        return call
    return dataclasses.replace(call, params={**call.params, "mixed": 1})
