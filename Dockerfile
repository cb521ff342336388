# One image for every process: Airflow's, MLflow's and the command line. Exact versions come from constraints.txt.
FROM python:3.11-slim-bookworm AS libraries
ENV UV_COMPILE_BYTECODE=1 UV_NO_CACHE=1
RUN pip install --no-cache-dir "uv>=0.9,<1" && uv venv /opt/venv
WORKDIR /opt/sluice
COPY pyproject.toml constraints.txt ./
# flask-wtf is what MLflow's login asks for beyond MLflow itself.
RUN uv pip install --python /opt/venv/bin/python --constraint constraints.txt \
        --requirement pyproject.toml --extra celery --extra postgres "flask-wtf==1.3.0" "wtforms==3.3.2"
COPY . .
RUN uv pip install --python /opt/venv/bin/python --no-deps --editable . \
    && /opt/venv/bin/python -m compileall -q dags include plugins

FROM python:3.11-slim-bookworm
# A named volume takes owner and mode of the folder that it covers for the first time.
RUN useradd --uid 10001 --no-create-home --home-dir /var/lib/sluice sluice \
    && install --directory --owner=sluice --group=sluice \
        /var/lib/sluice /var/lib/sluice/airflow /var/lib/sluice/airflow/logs /var/lib/sluice/login
COPY --from=libraries /opt/venv /opt/venv
COPY --from=libraries /opt/sluice /opt/sluice
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/opt/sluice \
    SLUICE_HOME=/var/lib/sluice \
    AIRFLOW_HOME=/var/lib/sluice/airflow \
    OMP_NUM_THREADS=1 \
    OPENBLAS_NUM_THREADS=1 \
    MKL_NUM_THREADS=1 \
    NUMEXPR_NUM_THREADS=1 \
    MLFLOW_DISABLE_TELEMETRY=true \
    MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false \
    GX_ANALYTICS_ENABLED=false \
    DO_NOT_TRACK=1 \
    MPLBACKEND=Agg \
    GIT_PYTHON_REFRESH=quiet
USER sluice
WORKDIR /opt/sluice
CMD ["sluice", "--help"]
