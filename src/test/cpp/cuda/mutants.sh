#!/usr/bin/env bash
# Whether the tests notice errors in the kernels: makes one error after another and runs the tests that should fail.
#   src/test/cpp/cuda/mutants.sh [PATTERN]    only the mutants whose line contains the pattern
# JOBS=4 runs so many at a time; DRY=1 shows the changes and runs nothing.
# Needs g++, compiled tests and target/cuda-on-cpu/O2 (mvn test -Dtest=DriverOnCpuTest), and JUnit's console launcher in ~/.m2
# (mvn dependency:get -Dartifact=org.junit.platform:junit-platform-console-standalone:1.12.2).
# Each mutant: the file, the tests, what is wrong, and how sed makes it so. Errors in a header are made in some kernels that include it.
# A mutant is found if a test fails, or if the library ends the process. What is said and built is kept in target/mutants.
set -u
cd "$(dirname "$0")/../../../.." || exit 2
ulimit -c 0
KERNELS=src/main/resources/org/modernbert4j/backend/cuda SOURCES=src/test/cpp/cuda OBJECTS=target/cuda-on-cpu/O2 OUT=$PWD/target/mutants
LAUNCHER=$(ls ~/.m2/repository/org/junit/platform/junit-platform-console-standalone/*/*.jar 2>/dev/null | tail -1)
PACKAGE=org.modernbert4j.backend
ONLY=${1:-} JOBS=${JOBS:-2} all=0

stop() { echo "mutants.sh: $*" >&2; exit 2; }
[ -n "$LAUNCHER" ] || stop "there is no console launcher of JUnit in ~/.m2"
[ -f $OBJECTS/libcuda_on_cpu.so ] || stop "there is no $OBJECTS"
mkdir -p "$OUT"
rm -rf "$OUT"/[0-9]*
[ -f target/mutants/classpath ] || mvn -o -q dependency:build-classpath -Dmdep.outputFile="$OUT/classpath" || stop "no class path"

# test LOG ORDER LIBRARY CLASS#METHOD,... : 0 all pass, 1 a test fails or the library ends the process, 2 something else. Ends at the first failure.
test_run() {
    local log=$1 order=$2 library=$3 select=() methods= item pid
    : >"$log"
    for item in ${4//,/ }; do
        case $item in BackendTest#*) select+=(-c "$PACKAGE.${item%#*}") ;; *) select+=(-c "$PACKAGE.cuda.${item%#*}") ;; esac
        methods+="|${item#*#}"
    done
    CUDA_ON_CPU_ORDER=$order OMP_NUM_THREADS=1 timeout 400 java -Xmx2g -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-CreateCoredumpOnCrash \
        -XX:ErrorFile="$log.crash" --add-modules jdk.incubator.vector -Dcuda.on.cpu="$library" -jar "$LAUNCHER" execute \
        --disable-banner --disable-ansi-colors --details=testfeed --fail-if-no-tests \
        -cp "target/classes:target/test-classes:$(cat target/mutants/classpath)" \
        --include-methodname=".*[.#](${methods#|})" "${select[@]}" >"$log" 2>&1 &
    pid=$!
    while kill -0 $pid 2>/dev/null; do
        if grep -q ':: FAILED' "$log"; then kill $pid 2>/dev/null; wait $pid 2>/dev/null; return 1; fi
        sleep 0.3
    done
    wait $pid
    local rc=$?
    grep -q ':: STARTED' "$log" || return 2 # not even one test
    if [ $rc = 0 ]; then grep -q 'tests successful' "$log" && return 0 || return 2; fi
    grep -q ':: FAILED' "$log" && return 1
    # ended by the stand-in, which says why, or by a wild access in the library
    [ $rc = 134 ] && grep -qE ', block [0-9]+,|writes (before|behind) a buffer|in no buffer|is launched with' "$log" && return 1
    [ -f "$log.crash" ] && grep -q "$(basename "$library")" "$log.crash" && return 1
    return 2
}

# by LOG: what noticed it
by() {
    local last
    if grep -q ':: FAILED' "$1"; then grep -m1 ':: FAILED' "$1" | sed 's/.*JUnit Jupiter > //; s/ :: FAILED//'
    else
        last=$(grep ':: STARTED' "$1" | tail -1 | sed 's/.*JUnit Jupiter > //; s/ :: STARTED//')
        if [ -f "$1.crash" ]; then echo "$last (wild address)"; else echo "$last ($(grep -m1 -oE '(, block [0-9]|writes (before|behind)|is given|is launched).*' "$1" | sed 's|^, ||' | cut -c1-90))"; fi
    fi
}

# mutant FILE TESTS WHAT SED
mutant() {
    all=$((all + 1))
    [[ "$*" == *"$ONLY"* ]] || return 0
    local file=$1 expression=$4 folder=$OUT/$(printf %03d $all)
    rm -rf "$folder" && mkdir -p "$folder"
    sed "$expression" $KERNELS/$file >"$folder/$file" || stop "sed refuses: $expression"
    cmp -s $KERNELS/$file "$folder/$file" && stop "changes nothing in $file: $expression"
    [ -z "${DRY:-}" ] || { diff $KERNELS/$file "$folder/$file"; return 0; }
    while [ "$(jobs -rp | wc -l)" -ge "$JOBS" ]; do sleep 0.3; done
    try "$1" "$2" "$3" "$folder" 2>"$folder/shell" &
}

# try FILE TESTS WHAT FOLDER: builds the library with the changed file and runs the tests
try() {
    local file=$1 tests=$2 what=$3 folder=$4 units unit order log
    say() { echo "$*" | tee "$folder/result"; }
    case $file in
        device.cuh) units="activations elements losses norms optimizer" ;;
        attention.cuh) units="attention attention_bfloat16 attention_float32_32 attention_float32_64 attention_bfloat16_32 attention_bfloat16_64" ;;
        *.cuh) units="${file%.cuh}_32 ${file%.cuh}_64" ;;
        *) units=${file%.cu} ;;
    esac
    for unit in $OBJECTS/*.o; do ln -s "$PWD/$unit" "$folder/"; done
    # A header is looked for next to the file that names it, so all of them are copied.
    for unit in $KERNELS/*.cu $KERNELS/*.cuh; do [ -f "$folder/$(basename $unit)" ] || cp $unit "$folder/"; done
    for unit in $units; do
        rm "$folder/$unit.cu.cpp.o"
        g++ -std=c++17 -fPIC -w -DON_CPU -O2 -I $SOURCES -I "$folder" -c $OBJECTS/$unit.cu.cpp -o "$folder/$unit.cu.cpp.o" \
            >>"$folder/build" 2>&1 || { say "NO RESULT  | $file | $what | does not build, see $folder/build"; return; }
    done
    g++ -shared -o "$folder/libmutant.so" "$folder"/*.o || { say "NO RESULT  | $file | $what | does not link"; return; }
    for order in first last random7; do
        log=$folder/$order
        test_run "$log" $order "$folder/libmutant.so" "$tests"
        case $? in
            0) ;;
            1) say "found      | $file | $what | $order | $(by "$log")"; rm -f "$folder"/*.o "$folder"/*.cu*; return ;;
            *) say "NO RESULT  | $file | $what | $order | see $log"; return ;;
        esac
    done
    say "NOT FOUND  | $file | $what | | $tests"
}

ATTENTION=AttentionTest#eachSeesWhatItShould,AttentionTest#equalsTheReference
NORM=KernelsTest#layerNorm LOSS=KernelsTest#crossEntropy LSTM=KernelsTest#lstm POOL=KernelsTest#pooling ACTIVATION=KernelsTest#activations
ELEMENTS=KernelsTest#elements MANY=KernelsTest#moreNumbersThanThreads ADAMW=BackendTest#adamWEqualsThePaper
FEW=ProductsTest#fewResults ANY=ProductsTest#anySize LARGE=ProductsTest#manyResults ROUNDING=ProductsTest#rounding SUMS=ProductsTest#columnSums

if [ -z "$ONLY${DRY:-}" ]; then # without an error, all of these must pass
    for order in first last random7; do
        test_run "$OUT/none.$order" $order "$PWD/$OBJECTS/libcuda_on_cpu.so" \
            "$ATTENTION,$NORM,$LOSS,$LSTM,$POOL,$ACTIVATION,$ELEMENTS,$MANY,$ADAMW,$FEW,$ANY,$LARGE,$ROUNDING,$SUMS,BackendTest#norm.*,BackendTest#rows.*,KernelsTest#rows,KernelsTest#manyParameters.*,ProductsTest#manyNumbers.*" ||
            stop "without a mutant the tests do not pass: $OUT/none.$order"
    done
fi

mutant device.cuh $NORM 'sum of a warp misses half of its lanes' '/T warp_sum/,/^}/s/lanes = 16/lanes = 8/'
mutant device.cuh $LOSS 'largest of a warp misses half of its lanes' '/float warp_max/,/^}/s/lanes = 16/lanes = 8/'
mutant device.cuh $LOSS 'sum of a block misses its last warp' 's|warp < blockDim.x / 32;|warp < blockDim.x / 32 - 1;|'
mutant device.cuh $LOSS 'no barrier before the parts of a sum are read' '/T block_sum/,/^}/{/= x;/{n;d}}'
mutant device.cuh $LOSS 'no barrier before the parts of a sum are written' '/T block_sum/,/^}/{/= warp_sum/{n;d}}'

mutant device.cuh $NORM 'rounded results: ties away from zero' 's/bits + 0x7fff + (bits >> 16 \& 1)/bits + 0x8000/'
mutant device.cuh $NORM 'exact results are not written beside rounded ones' 's/if (exact) exact/if (!rounded) exact/'

mutant activations.cu $ACTIVATION 'gradient of GELU without its density' 's/normal_cdf(x) + x \* normal_density(x)/normal_cdf(x)/'
mutant activations.cu $ACTIVATION 'sign in the gradient of SiLU' 's/(1 + x \* (1 - sigmoid/(1 - x * (1 - sigmoid/'
mutant activations.cu $ACTIVATION 'rows of GeGLU one number too close' 's|i / width \* 2 \* width|i / width * (2 * width - 1)|'

mutant elements.cu $ELEMENTS 'dropout: constant of the generator' 's/9E3779B97F4A7C15/9E3779B97F4A7C16/'
mutant elements.cu $ELEMENTS 'dropout: stream is added before the seed is mixed' 's/mix(\*seed) + stream/mix(*seed + stream)/'
mutant elements.cu $ELEMENTS 'dropout: scales where nothing is dropped' 's/drops ? x\[i\] \* scale : x\[i\]/x[i] * scale/'
mutant device.cuh $ELEMENTS 'one number too many' 's/i < (size_t)(count)/i <= (size_t)(count)/'
mutant device.cuh $MANY 'loop over a grid skips a number' 's/gridDim.x \* 256)/gridDim.x * 256 + 1)/'
mutant elements.cu BackendTest#normAndSum 'weighted sum without its second weight' 's/+ b \* y\[i\]/+ y[i]/'

mutant losses.cu $LOSS 'no barrier before the largest are read' '/void softmax_sum/,/^}/{/__syncthreads/d}'
mutant losses.cu $LOSS 'sign of the gradient of the label' 's/factor - (i == label/factor + (i == label/'
mutant losses.cu $LOSS 'gradients of a row without label are not cleared' 's/gradient\[i\] = 0;/;/'
mutant losses.cu $LOSS 'only the first 256 rows count' 's/for (int i = threadIdx.x; i < rows; i += 256)/if (int i = threadIdx.x; i < rows)/'

mutant lstm.cu $LSTM 'no barrier before the next tile overwrites this one' '/KERNEL(256) lstm_step(/,/^}/{/(text + 8) \* STRIDE + k/{n;n;d}}'
mutant lstm.cu $LSTM 'gate and unit exchanged' 's|o / UNITS \* hidden + unit|o % 4 * hidden + unit|'
mutant lstm.cu $LSTM 'cell of a text that has ended goes on' 's/(t < after ? \*carried : 0)/*carried/'
mutant lstm.cu $LSTM 'backward: end of the gates not checked' 's/k < 4 \* hidden && u < hidden/u < hidden/'
mutant lstm.cu $LSTM 'backward: derivative of tanh' 's/out \* (1 - tanh \* tanh)/out * (1 - tanh)/'

mutant norms.cu $NORM 'eps left out' 's|/ row.width + eps|/ row.width|'
mutant norms.cu $NORM 'a row of 1,025 numbers is kept in registers' 's/width <= 32 \* FEW)/width <= 32 * FEW + 1)/'
mutant norms.cu $NORM 'number of the row not checked' '/void forward/,/^}/{/number >= rows/d}'
mutant norms.cu $NORM 'gradient that is passed on is not added' 's/passed ? d + passed\[start + column\] : d/d/'
mutant norms.cu $NORM 'no barrier before the statistics of other warps are read' '/layer_norm_dgamma(/,/^}/{/__syncthreads/d}'
mutant norms.cu $NORM 'last part of a sum over parts left out' 's/i < parts; i++/i + 1 < parts; i++/'

mutant optimizer.cu $ADAMW 'no weight decay' 's/\*weight \* f.decay -/*weight -/'
mutant optimizer.cu $ADAMW 'eps within the root' 's|sqrtf(v) / f.root + f.eps|sqrtf(v + f.eps) / f.root|'
mutant optimizer.cu $ADAMW 'table: gradient of the row with the same number' 's/(size_t)row \* width + i % width/i/'
mutant optimizer.cu BackendTest#normOfManyNumbers 'end of the last part not checked' 's/from + part < numbers.count ? from + part : numbers.count/from + part/'
mutant device.cuh KernelsTest#manyParameters.* 'an array has one block more' 's/first_block > blockIdx.x/first_block >= blockIdx.x/'
mutant device.cuh KernelsTest#manyParameters.* 'first array of a list left out' 's/list.of\[i\].first_block > blockIdx.x/i > 1/'
mutant optimizer.cu KernelsTest#manyParameters.* 'step: end of the last part not checked' 's/from + part < u.count ? from + part : u.count/from + part/'
mutant optimizer.cu KernelsTest#manyParameters.* 'sum of the sums by 256 numbers only' 's/for (int i = threadIdx.x; i < count; i += 256) sum/if (int i = threadIdx.x; i < count) sum/'
mutant optimizer.cu $ADAMW 'table: places one too far' 's/place\[rows\[i\]\] = i/place[rows[i]] = i + 1/'

mutant products.cu $FEW 'no barrier at the end of a step' '/+ TILE);/{n;n;/__syncthreads/d}'
mutant products.cu $FEW 'bias twice' 's/sums\[i\]\[j\] + more/sums[i][j] + more + more/'
mutant products.cu $FEW 'last part of the inner dimension left out' 's/part < parts; part++/part + 1 < parts; part++/'
mutant products.cu $FEW 'end of the inner dimension not checked' 's/ && k0 + depth<SQUARE, DEPTH, ALONG_K>(i) < end//'
mutant products.cu $LARGE 'second half of a large square in the wrong columns' 's|first_column + j / 4 \* 64|first_column + j / 4 * 60|'
mutant products.cu $ANY 'one row too many' 's/if (row < m) c/if (row <= m) c/'
mutant products.cu $SUMS 'column sums miss a warp' 's/i < 8; i++) sum += parts/i < 7; i++) sum += parts/'
mutant products.cu $SUMS 'column sums: no barrier' '/sum_chunks(/,/^}/{/__syncthreads/d}'
mutant products.cu $SUMS 'column sums: last chunk too long' 's/rows - from < chunk ? rows : from + chunk/from + chunk/'

mutant products_bfloat16.cu $FEW 'one copy too few is waited for' 's/copies_wait<STEPS - 2>/copies_wait<STEPS - 1>/'
mutant products_bfloat16.cu $FEW 'no barrier after the copies' '/copies_wait</{n;d}'
mutant products_bfloat16.cu $FEW 'wrong lane in the left operand' 's|position + lane % 16, l / CHUNK + lane / 16|position + lane % 16, l / CHUNK + lane / 8 % 2|'
mutant products_bfloat16.cu $FEW 'wrong lane in the right operand' 's|l / CHUNK + lane / 8 % 2|l / CHUNK + lane / 16|'
mutant products_bfloat16.cu $FEW 'end of the inner dimension not checked' 's/position < count && l < end/position < count/'
mutant products_bfloat16.cu $ANY 'results: end of an odd row not checked' 's/column + 1 < n/column + 1 <= n/'
mutant products_bfloat16.cu $ANY 'results: pairs at odd addresses' 's/both && n % 2 == 0/both/'
mutant products_bfloat16.cu $ANY 'last band has eight squares' 's/min(8, high - band)/8/'
mutant products_bfloat16.cu $FEW 'sums not cleared' 's/sums\[i\]\[j\]\[e\] = 0;/;/'
mutant products_bfloat16.cu $FEW 'no zeros behind the rows' 's/column < (size_t)columns ? x/column <= (size_t)columns ? x/'
mutant products_bfloat16.cu ProductsTest#manyNumbersWithPadding 'zeros behind the rows: one number for each thread' '/pad_rows/,/^}/s/EACH(i, count)/if (size_t i = (size_t)blockIdx.x * 256 + threadIdx.x; i < count)/'
mutant products_bfloat16.cu $ROUNDING 'rounding: one number too many' 's/i + 4 <= to/i + 3 <= to/'
mutant products_bfloat16.cu ProductsTest#roundingOfManyArrays 'rounding: parts counted from the first array' 's/(blockIdx.x - r.first_block) \* part/blockIdx.x * part/'

mutant rows.cu KernelsTest#rows 'only the first 128 columns' 's/for (int column = threadIdx.x; column < width; column += 128) to/if (int column = threadIdx.x; column < width) to/'
mutant rows.cu BackendTest#rowsOfOneIdAreAddedTogether 'first row of the second matrix' 's/place < split/place <= split/'
mutant rows.cu KernelsTest#rows 'last row of a sum left out' 's/i < to; i++/i + 1 < to; i++/'

mutant texts.cu $POOL 'last token is the one after it' 's/lengths\[text\] - 1;/lengths[text];/'
mutant texts.cu $POOL 'mean over padding' 's|value /= lengths\[text\]|value /= starts[text + 1] - starts[text]|'
mutant texts.cu $POOL 'gradient for padding' 's/row < starts\[text\] + lengths\[text\]/row < starts[text + 1]/'
mutant texts.cu $POOL 'column not checked' '/ pool(/,/^}/{/column >= width/d}'

mutant attention.cuh $ATTENTION 'sign of a rotation' 's/a \* cos - b \* sin/a * cos + b * sin/'
mutant attention.cuh $ATTENTION 'log-sum-exp in other units' 's|log_sum_exp\[item\] / LOG_2|log_sum_exp[item]|'
mutant attention.cuh $ATTENTION 'heads and queries exchanged' 's|query = item / heads, head = item % heads|query = item % queries, head = item / queries|'

mutant attention.cu $ATTENTION 'angles by the row of the batch' 's/tile.position + row/tile.row + row/'
mutant attention.cu $ATTENTION 'one column too many of a half' 's/if (column < half)/if (column <= half)/'

mutant attention_bfloat16.cu $ATTENTION 'end of an odd half not checked' 's/if (column + e >= half)/if (column >= half)/'
mutant attention_bfloat16.cu $ATTENTION 'second half without the factor' 's/b\[0\] \* o.factor/b[0]/'

mutant attention_float32.cuh $ATTENTION 'window one too wide' 's/abs(row - column) <= radius/abs(row - column) - 1 <= radius/'
mutant attention_float32.cuh $ATTENTION 'end of a text not masked' 's/return column < tile.to && /return /'
mutant attention_float32.cuh $ATTENTION 'sum is not scaled when the largest changes' 's/sum\[i\] \*= keep;//'
mutant attention_float32.cuh $ATTENTION 'no barrier between keys and values' '/products<WIDTH>(s, block_rows, columns);/{n;d}'
mutant attention_float32.cuh $ATTENTION 'no barrier before the weights are read' '/__syncthreads();/{N;s/.*\n\( *accumulate<WIDTH, COLUMNS>(o\)/\1/}'
mutant attention_float32.cuh $ATTENTION 'no barrier of a warp before weights are overwritten' '/accumulate<WIDTH, COLUMNS>(gc/{n;d}'
mutant attention_float32.cuh $ATTENTION 'largest of half a line' 's/for (int lanes = 8; lanes > 0; lanes \/= 2) largest/for (int lanes = 4; lanes > 0; lanes \/= 2) largest/'
mutant attention_float32.cuh $ATTENTION 'gradients of padding' 's/row < tile.tokens && //'
mutant attention_float32.cuh $ATTENTION 'gradient of a score without the product' 's/(s\[i\]\[j\] - product\[query\])/s[i][j]/'

mutant attention_bfloat16.cuh $ATTENTION 'one copy too few is waited for' 's/copies_wait<0>/copies_wait<1>/'
mutant attention_bfloat16.cuh $ATTENTION 'no barrier after the copies' '/copies_wait</{n;d}'
mutant attention_bfloat16.cuh $ATTENTION 'short cut of the mask: window one too wide' 's/ROWS - 1 - first <= radius/ROWS - 2 - first <= radius/'
mutant attention_bfloat16.cuh $ATTENTION 'short cut of the mask: end of a text' 's/in_reach && end <= tile.to/in_reach/'
mutant attention_bfloat16.cuh $ATTENTION 'gradients of padding' 's/row < tile.tokens && //; s/ && tile.tokens == ROWS//'
mutant attention_bfloat16.cuh $ATTENTION 'pairs of an odd half' 's/half % 2 == 0 && column < half/column < half/'
mutant attention_bfloat16.cuh $ATTENTION 'rounded pairs: numbers exchanged' 's/round_pair(x\[0\], x\[1\])/round_pair(x[1], x[0])/'
mutant attention.cu $ATTENTION 'arranging: always the first operand' 's/operands.of\[blockIdx.z\]/operands.of[0]/'
mutant attention_bfloat16.cuh $ATTENTION 'number of the wrong lane' 's|8 \* j + LANE % 4 \* 2 + i % 2|8 * j + LANE % 4 * 2 + (1 - i % 2)|'
mutant attention_bfloat16.cuh $ATTENTION 'stages are not exchanged' 's/copy_columns(first + COLUMNS, stage ^ 1)/copy_columns(first + COLUMNS, stage)/'
mutant attention_bfloat16.cuh $ATTENTION 'columns read from the wrong number of a query' 's/column_of(j, i) \* 4 + 1\]/column_of(j, i) * 4]/'

[ -z "${DRY:-}" ] || exit 0
wait
tried=$(cat "$OUT"/[0-9]*/result | wc -l) found=$(grep -l '^found' "$OUT"/[0-9]*/result | wc -l)
echo "$found of $tried found"
[ "$found" = "$tried" ]
