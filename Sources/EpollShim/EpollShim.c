#include "EpollShim.h"
