// What generated kernels and the runtime lean on.
#ifndef CADJOINT_H
#define CADJOINT_H

#endif
