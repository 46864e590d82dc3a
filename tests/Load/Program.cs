using FewShotAD.Load;

using var over = new CancellationTokenSource();
Console.CancelKeyPress += (_, key) =>
{
    key.Cancel = true;
    over.Cancel();
};
return await LoadProgram.RunAsync(args, Console.Out, over.Token);
