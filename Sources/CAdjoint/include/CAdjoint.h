// What generated kernels and the runtime lean on.
#ifndef CADJOINT_H
#define CADJOINT_H

#include "adjoint_calls.h"
#include "adjoint_isa.h"
#include "adjoint_maps.h"
#include "adjoint_math.h"
#include "adjoint_object.h"
#include "adjoint_slot.h"
#include "adjoint_threads.h"
#include "adjoint_vectors.h"

#endif
