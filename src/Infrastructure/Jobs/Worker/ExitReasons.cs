using System.Globalization;
using FewShotAD.Domain.Training;

namespace FewShotAD.Infrastructure.Jobs.Worker;

/// <summary>Why a worker process that did not say so itself has ended, in words for the run page.</summary>
internal static class ExitReasons
{
    private const int SignalBase = 128;
    private const int Interrupt = 2;
    private const int Abort = 6;
    private const int Kill = 9;
    private const int Segmentation = 11;
    private const int Terminate = 15;

    /// <summary>Ended from outside in the way systems and terminals end programs: the portal may be about to stop as well.</summary>
    public static bool LooksLikeShutdown(int exitCode) => exitCode is SignalBase + Interrupt or SignalBase + Terminate;

    public static string Explain(int exitCode, int checkpointEpoch) => $"{Cause(exitCode)} {WhatToDo(checkpointEpoch)}";

    /// <summary>The same in a word, for the metrics.</summary>
    public static string Code(int exitCode) => exitCode switch
    {
        > SignalBase and < SignalBase + 65 => string.Create(CultureInfo.InvariantCulture, $"process.signal_{exitCode - SignalBase}"),
        _ => "process.exit",
    };

    public static string WhatToDo(int checkpointEpoch) => checkpointEpoch > 0
        ? string.Create(CultureInfo.InvariantCulture, $"Resume to go on from epoch {checkpointEpoch}.")
        : "Resume to start it again.";

    private static string Cause(int exitCode) => exitCode switch
    {
        WorkerProtocol.ExitDone => "The training process ended without finishing its work.",
        WorkerProtocol.ExitCancelled => "The training process stopped although nobody asked it to.",
        SignalBase + Kill => "The training process was ended by the system (signal 9). The reason is often that memory ran out: choose a smaller batch or image size.",
        SignalBase + Abort => "The training process aborted in native code (signal 6). The last lines of its log may say why.",
        SignalBase + Segmentation => "The training process crashed in native code (signal 11).",
        > SignalBase and < SignalBase + 65 => string.Create(CultureInfo.InvariantCulture, $"The training process was ended by signal {exitCode - SignalBase}."),
        _ => string.Create(CultureInfo.InvariantCulture, $"The training process ended with code {exitCode} and gave no reason. The last lines of its log may say why."),
    };
}
