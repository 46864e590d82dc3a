using System.Globalization;
using System.Text.Json;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Tensors;

namespace FewShotAD.TrainingJobs.Benchmark;

/// <summary>The rows in the output folder, <c>cells/CATEGORY/METHOD-ARM-kK-sSEED.json</c>: what is there is not run again.</summary>
public sealed class CellFiles(string folder)
{
    private readonly string dataFile = Path.Combine(folder, "data.txt");

    /// <summary>Claims the folder for a dataset; refuses one that holds rows of another, or that another process is writing to.</summary>
    /// <returns>The claim, which ends with the process at the latest.</returns>
    public Result<FileStream> Claim(BenchmarkDataset data)
    {
        Directory.CreateDirectory(folder);
        if (TryHold() is not { } held)
            return new BenchmarkUnderWay(folder);
        if (!File.Exists(dataFile))
            AtomicFile.Write(dataFile, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(data.Hash)));
        if (File.ReadAllText(dataFile) == data.Hash)
            return held;
        held.Dispose();
        return new OtherBenchmark(folder, "other images");
    }

    public void Write(BenchmarkRow row)
    {
        var path = PathOf(row.Cell);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, row, WorkerProtocol.Json));
    }

    /// <summary>The row of a cell; null where it has not been run, or its file is damaged and has to be made again.</summary>
    public Result<BenchmarkRow?> Read(BenchmarkCell cell, TrainingRecipe recipe)
    {
        var path = PathOf(cell);
        if (!File.Exists(path))
            return Result<BenchmarkRow?>.Ok(null);
        BenchmarkRow? row;
        try
        {
            row = JsonSerializer.Deserialize<BenchmarkRow>(File.ReadAllText(path), WorkerProtocol.Json);
        }
        catch (JsonException)
        {
            return Result<BenchmarkRow?>.Ok(null);
        }

        return row is null || row.Recipe == recipe
            ? Result<BenchmarkRow?>.Ok(row)
            : Result<BenchmarkRow?>.Fail(new OtherBenchmark(folder, $"another recipe for {cell.Category}"));
    }

    private FileStream? TryHold()
    {
        try
        {
            return new FileStream(Path.Combine(folder, "benchmark.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private string PathOf(BenchmarkCell cell) => Path.Combine(
        folder, "cells", cell.Category,
        string.Create(CultureInfo.InvariantCulture, $"{cell.Method}-{cell.Arm}-k{cell.Shots}-s{cell.Seed}.json").ToLowerInvariant());
}

public sealed record OtherBenchmark(string Folder, string Difference) : Error(
    ErrorKind.Conflict, "benchmark.folder",
    $"The folder {Folder} holds a benchmark with {Difference}, and two must not be mixed: choose another --out.");

public sealed record BenchmarkUnderWay(string Folder) : Error(
    ErrorKind.Conflict, "benchmark.running", $"Another process is writing a benchmark to {Folder}: wait until it has ended, or choose another --out.");
