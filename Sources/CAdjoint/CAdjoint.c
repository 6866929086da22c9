#include "CAdjoint.h"
