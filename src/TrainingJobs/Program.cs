using System.CommandLine;
using FewShotAD.TrainingJobs.Cli;
using FewShotAD.TrainingJobs.Tensors;

NativeRuntime.Prepare();
var root = new RootCommand("FewShotAD: few-shot visual inspection. Trains models from a few good parts and scores images with them.")
{
    TrainCommand.Create(),
    ScoreCommand.Create(),
    BenchmarkCommand.Create(),
    ReproduceCommand.Create(),
    SpeedCommand.Create(),
    WorkCommand.Create(),
    ServeCommand.Create(),
};
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
