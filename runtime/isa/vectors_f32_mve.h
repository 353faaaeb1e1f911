/* Vectors of four float32 for cores with MVE. */
#ifndef NN_ISA_VECTORS_F32_MVE_H
#define NN_ISA_VECTORS_F32_MVE_H

/* In assembly: q within [low, high], core registers that hold floats. What is no number stays none, as in
 * nn_clamp_f32; VMAXNM would make it a number. */
#define NN_CLAMP_VECTOR(q, low, high)                                                                        \
  "vpt.f32 lt, " q ", " low "\n vdupt.32 " q ", " low "\n vpt.f32 gt, " q ", " high "\n vdupt.32 " q         \
  ", " high "\n"

#endif
