# The portal: web server, worker and training program in one image. Processors: docker build -t fewshotad .
# Accelerators (the CUDA libraries come with the packages, the driver from the host): docker build -t fewshotad-cuda --build-arg LIBTORCH=cuda .
ARG DOTNET=10.0
ARG NODE=20.20.2

FROM node:${NODE}-bookworm-slim AS node

FROM mcr.microsoft.com/dotnet/sdk:${DOTNET} AS build
ARG LIBTORCH=cpu
# The build restores the backbone's weights and the fonts from locked npm packages.
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY --from=node /usr/local/lib/node_modules /usr/local/lib/node_modules
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
WORKDIR /source
COPY global.json Directory.Build.props Directory.Build.targets Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY build build
COPY src src
RUN dotnet publish src/Portal -c Release -o /published -p:LibTorch=${LIBTORCH}
# Native libraries of other systems (half a gigabyte) go. What is large and seldom changes becomes a layer of its own, and a new version of the portal a small one.
RUN mkdir /trainer && mv /published/trainer/* /trainer/ \
 && find /published/runtimes /trainer/runtimes -mindepth 1 -maxdepth 1 ! -name linux-x64 -exec rm -r {} +

FROM mcr.microsoft.com/dotnet/aspnet:${DOTNET} AS portal
# /data is the only folder that is written to.
RUN mkdir /data && chown ${APP_UID}:${APP_UID} /data
WORKDIR /app
COPY --from=build /trainer trainer
COPY --from=build /published .
ENV Urls=http://+:8080 \
    DataDirectory=/data \
    Serilog__WriteTo__0__Args__formatter="Serilog.Formatting.Compact.CompactJsonFormatter, Serilog.Formatting.Compact" \
    NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility
USER ${APP_UID}
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["dotnet", "FewShotAD.Portal.dll", "health"]
ENTRYPOINT ["dotnet", "FewShotAD.Portal.dll"]
