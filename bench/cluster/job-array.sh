#!/usr/bin/env bash
# A suite cut into shares as a Slurm job array, without a workflow engine: docs/more-than-one-machine.md
#
#   job=$(sbatch --parsable bench/cluster/job-array.sh)
#   sbatch --dependency=afterok:$job --wrap "longhaul merge results/share-*.db -o results/all.db"
#   sbatch --array=3 bench/cluster/job-array.sh    # share 3 again: it goes on where it stopped
#
#SBATCH --job-name=longhaul
#SBATCH --array=1-8
#SBATCH --cpus-per-task=4
#SBATCH --mem=8G
#SBATCH --time=08:00:00
#SBATCH --requeue
#SBATCH --signal=B:TERM@60
#SBATCH --output=longhaul-%a.log
#SBATCH --open-mode=append

# Edit these, or name them before sbatch: SUITE=my.yaml sbatch ...
suite=${SUITE:-bench/suites/quick.yaml}
models=${MODELS:-}   # with spaces between; none: those of the suite file, else the reference models
shares=${SHARES:-8}  # as many as the array has
out=${OUT:-results}
longhaul=${LONGHAUL:-longhaul}
flags=${FLAGS:-}     # of `suite run`
restarts=${RESTARTS:-20}

share=$SLURM_ARRAY_TASK_ID
mkdir -p "$out"
# In the background, since bash hears a signal only between commands, or while it waits. The signal ends the wait alone.
trap '[ -n "$!" ] && kill -TERM $!' TERM
$longhaul suite run "$suite" $models --shard "$share/$shares" --db "$out/share-$share.db" --resume --quiet $flags &
wait $!
code=$?
while kill -0 $! 2> /dev/null; do
  wait $!
  code=$?
done

case $code in
  1) echo "share $share: some trial failed" ;;
  75 | 1[3-9]? | 12[89]) # stopped, to be gone on with; killed
    echo "share $share: stopped with $code"
    if [ "${SLURM_RESTART_COUNT:-0}" -lt "$restarts" ]; then scontrol requeue "$SLURM_JOB_ID"; fi
    ;;
esac
exit $code
